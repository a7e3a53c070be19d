package dev.holdfast.protocol;

import java.nio.ByteBuffer;

/**
 * The eight bytes before a frame's body, big-endian: u32 length of the body, u8 number of descriptors, u8 zero, u16
 * {@link #MAGIC}.
 *
 * @param bodyBytes length of the body; at least 1
 * @param descriptors how many ride with the frame; at most {@link #MOST_DESCRIPTORS}
 */
record FrameHeader(int bodyBytes, int descriptors) {
    /** Length of a header. */
    static final int BYTES = 8;

    /** {@code HF}. */
    static final short MAGIC = 0x4846;

    /** The most descriptors that one frame carries. */
    static final int MOST_DESCRIPTORS = 4;

    /**
     * Reads a header.
     *
     * @param bytes exactly {@link #BYTES} of them
     * @param mostBodyBytes what this side is willing to receive
     * @throws ProtocolException if they are not a header or announce too much
     */
    static FrameHeader decode(byte[] bytes, int mostBodyBytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long bodyBytes = Integer.toUnsignedLong(buffer.getInt());
        int descriptors = Byte.toUnsignedInt(buffer.get());
        byte zero = buffer.get();
        if (buffer.getShort() != MAGIC || zero != 0) {
            throw new ProtocolException("this is not a frame of Holdfast's protocol: its header has no 'HF'");
        }
        if (bodyBytes < 1 || bodyBytes > mostBodyBytes) {
            throw new ProtocolException(
                    "a frame announces " + bodyBytes + " bytes; from 1 to " + mostBodyBytes + " are accepted here");
        }
        if (descriptors > MOST_DESCRIPTORS) {
            throw new ProtocolException(
                    "a frame announces " + descriptors + " descriptors; it carries at most " + MOST_DESCRIPTORS);
        }
        return new FrameHeader((int) bodyBytes, descriptors);
    }

    /** Header and body in one array. */
    static byte[] frame(byte[] body, int descriptors) {
        return ByteBuffer.allocate(BYTES + body.length)
                .putInt(body.length)
                .put((byte) descriptors)
                .put((byte) 0)
                .putShort(MAGIC)
                .put(body)
                .array();
    }
}
