package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** What keeps an {@link AdvisoryLock} held; one kind per operating system family. */
sealed interface LockHold extends AutoCloseable permits FlockHold, ChannelHold {
    /** The locked descriptor, where locks have one. */
    OwnedDescriptor descriptor();

    @Override
    void close();

    /** Takes hold without waiting; empty if another has a conflicting one. */
    static Optional<? extends LockHold> tryOn(Path path, boolean shared) throws IOException {
        return LibC.isHere() ? FlockHold.tryOn(path, shared) : ChannelHold.tryOn(path, shared);
    }
}
