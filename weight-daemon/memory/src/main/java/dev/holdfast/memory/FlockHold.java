package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** An open file with an flock(2) on it. */
final class FlockHold implements LockHold {
    private final OwnedDescriptor opened;

    private FlockHold(OwnedDescriptor opened) {
        this.opened = opened;
    }

    static Optional<FlockHold> tryOn(Path path, boolean shared) throws IOException {
        OwnedDescriptor opened = OwnedDescriptor.ofFile(path);
        boolean locked = false;
        try {
            int operation = shared ? LibC.LOCK_SH : LibC.LOCK_EX;
            locked = opened.use(number -> LibC.flock(number, operation, path.toString()));
        } finally {
            if (!locked) {
                opened.close();
            }
        }
        return locked ? Optional.of(new FlockHold(opened)) : Optional.empty();
    }

    static FlockHold adopt(OwnedDescriptor descriptor) {
        boolean adopted = false;
        try {
            requireLockable(descriptor);
            if (!descriptor.use(number -> LibC.flock(number, LibC.LOCK_SH, descriptor.toString()))) {
                throw new ArenaException(descriptor
                        + " came without its lock, which another process holds exclusively; " + "ask for a new lease");
            }
            adopted = true;
            return new FlockHold(descriptor);
        } finally {
            if (!adopted) {
                descriptor.close();
            }
        }
    }

    private static void requireLockable(OwnedDescriptor descriptor) {
        try {
            BasicFileAttributes attributes = descriptor.attributes();
            if (!attributes.isRegularFile() && !attributes.isDirectory()) {
                throw new ArenaException(descriptor + " can't be a lock: it is neither a regular file nor a directory");
            }
        } catch (IOException e) {
            throw new ArenaException(descriptor + " can't be a lock: " + e.getMessage(), e);
        }
    }

    @Override
    public OwnedDescriptor descriptor() {
        return opened;
    }

    @Override
    public void close() {
        opened.close(); // not LOCK_UN, which would take the lock from the copies in other processes as well
    }

    @Override
    public String toString() {
        return opened.toString();
    }
}
