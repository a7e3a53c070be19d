package dev.holdfast.daemon.state;

import dev.holdfast.memory.AdvisoryLock;
import java.nio.file.Path;

/**
 * A process that holds a lock until it is killed: {@code shared PATH} as a worker, {@code exclusive PATH} as a loader,
 * {@code holder PATH} as the holder of a state directory. Says {@code locked} once it has it.
 */
public final class LockingMain {
    private LockingMain() {}

    /** Arguments: what to lock as, and the path. */
    public static void main(String[] arguments) throws Exception {
        Path path = Path.of(arguments[1]);
        try (AutoCloseable lock = lock(arguments[0], path)) {
            System.out.println("locked");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static AutoCloseable lock(String role, Path path) throws Exception {
        return switch (role) {
            case "shared" -> AdvisoryLock.trySharedOn(path).orElseThrow();
            case "exclusive" -> AdvisoryLock.tryExclusiveOn(path).orElseThrow();
            case "holder" -> StateDirectory.open(path, ReadAccess.OWNER_ONLY);
            default -> throw new IllegalArgumentException(role);
        };
    }
}
