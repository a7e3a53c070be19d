package dev.holdfast.protocol;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import dev.holdfast.memory.OwnedDescriptor;
import java.util.List;

/**
 * A {@code struct msghdr} with room for a chunk of bytes and for every descriptor that a message can carry; recvmsg(2),
 * cmsg(3), unix(7).
 *
 * <p>Layouts are those of 64-bit little-endian Linux ({@code bits/socket.h}) and macOS ({@code sys/socket.h}; not
 * tested). Used by one thread at
 * a time; {@link #close()} frees the memory.
 */
final class SocketMessage implements AutoCloseable {
    /** The most bytes that one message takes. */
    static final int CHUNK_BYTES = 16 * 1024;

    /** {@code SCM_MAX_FD} of Linux's {@code net/scm.h}. */
    private static final int MOST_DESCRIPTORS = 253;

    private static final int SCM_RIGHTS = 1;

    /** {@code MSG_CTRUNC}: control data was discarded. */
    private static final int CONTROL_TRUNCATED = Platform.isMac() ? 0x20 : 0x8;

    private static final int VECTOR_OFFSET = 56;
    private static final int CONTROL_OFFSET = 72;
    private static final int FLAGS_OFFSET = Platform.isMac() ? 44 : 48;

    /** {@code CMSG_LEN(0)}. */
    private static final int CONTROL_HEADER_BYTES = Platform.isMac() ? 12 : 16;

    private static final int CONTROL_BYTES = (CONTROL_HEADER_BYTES + MOST_DESCRIPTORS * Integer.BYTES + 7) / 8 * 8;
    private static final int DATA_OFFSET = CONTROL_OFFSET + CONTROL_BYTES;

    private final Memory memory = new Memory((long) DATA_OFFSET + CHUNK_BYTES);

    /**
     * Receives what is there, without waiting.
     *
     * @return bytes received, 0 at the end, or minus the error's number
     * @throws ProtocolException if the kernel had to discard descriptors
     */
    int receive(int socket, byte[] target, int offset, int length, List<OwnedDescriptor> descriptors) {
        int chunk = Math.min(length, CHUNK_BYTES);
        prepare(chunk, CONTROL_BYTES);
        int received = SocketCalls.receive(socket, memory);
        if (received < 0) {
            return received;
        }
        takeDescriptors(descriptors);
        memory.read(DATA_OFFSET, target, offset, received);
        if ((memory.getInt(FLAGS_OFFSET) & CONTROL_TRUNCATED) != 0) {
            throw new ProtocolException("descriptors were lost on the way: more of them than this process may open");
        }
        return received;
    }

    /**
     * Sends as much as goes, without waiting; the descriptors go with the first byte.
     *
     * @return bytes sent, or minus the error's number
     */
    int send(int socket, byte[] source, int offset, int length, List<OwnedDescriptor> descriptors) {
        int chunk = Math.min(length, CHUNK_BYTES);
        memory.write(DATA_OFFSET, source, offset, chunk);
        prepare(chunk, descriptors.isEmpty() ? 0 : putDescriptors(descriptors));
        return SocketCalls.send(socket, memory);
    }

    /** Writes the header and its one I/O vector; lengths are written wider than macOS needs, over its padding. */
    private void prepare(int dataBytes, int controlBytes) {
        memory.clear(VECTOR_OFFSET);
        memory.setPointer(16, memory.share(VECTOR_OFFSET));
        memory.setLong(24, 1);
        memory.setPointer(32, controlBytes == 0 ? null : memory.share(CONTROL_OFFSET));
        memory.setLong(40, controlBytes);
        memory.setPointer(VECTOR_OFFSET, memory.share(DATA_OFFSET));
        memory.setLong(VECTOR_OFFSET + Native.POINTER_SIZE, dataBytes);
    }

    private int putDescriptors(List<OwnedDescriptor> descriptors) {
        int bytes = CONTROL_HEADER_BYTES + descriptors.size() * Integer.BYTES;
        putControlHeader(bytes);
        for (int i = 0; i < descriptors.size(); i++) {
            memory.setInt(
                    descriptorOffset(CONTROL_OFFSET, i), descriptors.get(i).value());
        }
        return bytes;
    }

    private void putControlHeader(int bytes) {
        if (Platform.isMac()) {
            memory.setInt(CONTROL_OFFSET, bytes);
        } else {
            memory.setLong(CONTROL_OFFSET, bytes);
        }
        memory.setInt(CONTROL_OFFSET + CONTROL_HEADER_BYTES - 8, SocketCalls.SOL_SOCKET);
        memory.setInt(CONTROL_OFFSET + CONTROL_HEADER_BYTES - 4, SCM_RIGHTS);
    }

    /** Walks the control messages; the kernel never lets two SCM_RIGHTS meet in one receipt, but says nothing of others. */
    private void takeDescriptors(List<OwnedDescriptor> descriptors) {
        int end = CONTROL_OFFSET + memory.getInt(40);
        int at = CONTROL_OFFSET;
        while (at + CONTROL_HEADER_BYTES <= end) {
            int bytes = memory.getInt(at);
            if (memory.getInt(at + CONTROL_HEADER_BYTES - 8) == SocketCalls.SOL_SOCKET
                    && memory.getInt(at + CONTROL_HEADER_BYTES - 4) == SCM_RIGHTS) {
                int count = (bytes - CONTROL_HEADER_BYTES) / Integer.BYTES;
                for (int i = 0; i < count; i++) {
                    descriptors.add(OwnedDescriptor.owning(memory.getInt(descriptorOffset(at, i))));
                }
            }
            at += Math.max(CONTROL_HEADER_BYTES, (bytes + 7) / 8 * 8);
        }
    }

    private static int descriptorOffset(int controlOffset, int index) {
        return controlOffset + CONTROL_HEADER_BYTES + index * Integer.BYTES;
    }

    @Override
    public void close() {
        memory.close();
    }
}
