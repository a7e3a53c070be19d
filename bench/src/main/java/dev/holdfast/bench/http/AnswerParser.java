package dev.holdfast.bench.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the answers on one connection, one after another, in whatever pieces they come. For one thread. */
final class AnswerParser {
    private static final int MOST_HEAD_BYTES = 16 * 1024;

    private final byte[] headBytes = new byte[MOST_HEAD_BYTES];
    private final AnswerBody body;
    private int headSize;
    private int lineBytes;
    private @Nullable AnswerHead head;
    private BodyFraming framing = BodyFraming.ofLength(0);

    /** @param keepsBody whether {@link #content} is wanted */
    AnswerParser(boolean keepsBody) {
        this.body = new AnswerBody(keepsBody);
    }

    /** Makes ready for the next answer. */
    void reset() {
        headSize = 0;
        lineBytes = 0;
        head = null;
        body.clear();
    }

    /** Takes what belongs to this answer, and returns whether that completes it. */
    boolean feed(ByteBuffer received) throws MalformedAnswerException {
        while (head == null) {
            if (!headEnds(received)) {
                return false;
            }
            AnswerHead next = AnswerHead.parse(new String(headBytes, 0, headSize, StandardCharsets.ISO_8859_1));
            headSize = 0;
            if (!next.isInterim()) {
                head = next;
                framing = next.framing();
            }
        }
        return framing.feed(received, body);
    }

    private boolean headEnds(ByteBuffer received) throws MalformedAnswerException {
        while (received.hasRemaining()) {
            byte next = received.get();
            if (headSize == MOST_HEAD_BYTES) {
                throw new MalformedAnswerException("a head is longer than " + MOST_HEAD_BYTES + " bytes");
            }
            headBytes[headSize++] = next;
            if (next == '\n') {
                boolean empty = lineBytes == 0;
                lineBytes = 0;
                if (empty) {
                    return true;
                }
            } else if (next != '\r') {
                lineBytes++;
            }
        }
        return false;
    }

    /** Whether the end of the connection, here, completes the answer. */
    boolean endsHere() {
        return head != null && framing.endsWithConnection();
    }

    /** Of an answer whose head has come. */
    int status() {
        return head == null ? 0 : head.status();
    }

    /** Whether the server closes the connection after this answer, whose head has come. */
    boolean closes() {
        return head != null && (head.closes() || framing.endsWithConnection());
    }

    /** The complete answer's body, valid until the next one is fed. */
    ByteBuffer content() {
        return body.content();
    }
}
