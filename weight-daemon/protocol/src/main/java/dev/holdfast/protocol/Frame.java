package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A received message and the descriptors that came with it.
 *
 * <p>Owns the descriptors until they are taken; {@link #close()} closes those that were not. Used by one thread.
 */
public final class Frame implements AutoCloseable {
    private final Message message;
    private final List<@Nullable OwnedDescriptor> descriptors;

    Frame(Message message, List<OwnedDescriptor> descriptors) {
        this.message = message;
        this.descriptors = new ArrayList<>(descriptors);
    }

    /** What was said. */
    public Message message() {
        return message;
    }

    /** How many descriptors came, taken or not; the frame's header announced as many. */
    public int descriptorCount() {
        return descriptors.size();
    }

    /**
     * Hands a descriptor over to the caller, who closes it from now on.
     *
     * @param index from 0
     * @throws IllegalStateException if it has been taken before
     * @throws IndexOutOfBoundsException if the frame has no such descriptor
     */
    public OwnedDescriptor takeDescriptor(int index) {
        OwnedDescriptor descriptor = descriptors.get(index);
        if (descriptor == null) {
            throw new IllegalStateException("descriptor " + index + " of the frame has been taken before");
        }
        descriptors.set(index, null);
        return descriptor;
    }

    /** Closes the descriptors that nobody took; further calls do nothing. */
    @Override
    public void close() {
        RuntimeException first = null;
        for (int i = 0; i < descriptors.size(); i++) {
            OwnedDescriptor descriptor = descriptors.set(i, null);
            try {
                if (descriptor != null) {
                    descriptor.close();
                }
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }

    /** Closes every one because of {@code cause}, which gets the failures attached. */
    static void closeAll(List<OwnedDescriptor> descriptors, Throwable cause) {
        for (OwnedDescriptor descriptor : descriptors) {
            try {
                descriptor.close();
            } catch (RuntimeException e) {
                cause.addSuppressed(e);
            }
        }
    }
}
