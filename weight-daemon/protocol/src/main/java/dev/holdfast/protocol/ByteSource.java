package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.io.IOException;
import java.util.List;

/** Where frames come from: bytes in order, with descriptors that ride on some of them. */
interface ByteSource {
    /**
     * Reads what is there, waiting for the first byte.
     *
     * @param target receives the bytes
     * @param offset where in {@code target} they begin
     * @param length the most to read; at least 1
     * @param descriptors receives, appended, the descriptors that rode on the bytes; the list's owner closes them, also
     *     when this throws
     * @param deadline when to give up
     * @return how many bytes were read, at least 1; -1 at the end of the stream
     * @throws java.net.SocketTimeoutException if no byte came in time
     * @throws ProtocolException if descriptors were lost on the way
     * @throws IOException if the connection is broken or closed
     */
    int read(byte[] target, int offset, int length, List<OwnedDescriptor> descriptors, Deadline deadline)
            throws IOException;
}
