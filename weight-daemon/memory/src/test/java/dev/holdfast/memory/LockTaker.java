package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process of its own that takes a lock, prints {@code locked NUMBER} with its descriptor, or {@code refused}, and
 * keeps it until its standard input ends.
 */
final class LockTaker {
    private LockTaker() {}

    /** Arguments: {@code shared} or {@code exclusive}, and the path. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[1]);
        Optional<AdvisoryLock> lock =
                arguments[0].equals("shared") ? AdvisoryLock.trySharedOn(path) : AdvisoryLock.tryExclusiveOn(path);
        System.out.println(
                lock.map(held -> "locked " + held.descriptor().value()).orElse("refused"));
        System.in.readAllBytes();
        lock.ifPresent(AdvisoryLock::close);
    }
}
