package dev.holdfast.bench.http;

import java.nio.ByteBuffer;

/** How an answer's body ends; RFC 9112, section 6.3. */
interface BodyFraming {
    /** Takes what belongs to the body, and returns whether that was all of it. */
    boolean feed(ByteBuffer received, AnswerBody body) throws MalformedAnswerException;

    /** Whether the end of the connection is the end of the body. */
    default boolean endsWithConnection() {
        return false;
    }

    /** A body of a known length in bytes, 0 if the answer has none. */
    static BodyFraming ofLength(long lengthBytes) {
        return new BodyFraming() {
            private long left = lengthBytes;

            @Override
            public boolean feed(ByteBuffer received, AnswerBody body) {
                left -= body.take(received, left);
                return left == 0;
            }
        };
    }

    /** A body that goes on until the connection ends. */
    static BodyFraming untilEnd() {
        return new BodyFraming() {
            @Override
            public boolean feed(ByteBuffer received, AnswerBody body) {
                body.take(received, Long.MAX_VALUE);
                return false;
            }

            @Override
            public boolean endsWithConnection() {
                return true;
            }
        };
    }
}
