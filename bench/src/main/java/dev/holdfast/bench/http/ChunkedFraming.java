package dev.holdfast.bench.http;

import java.nio.ByteBuffer;

/** The chunked transfer coding, RFC 9112, section 7.1; extensions and trailers are read over. */
final class ChunkedFraming implements BodyFraming {
    private static final int MOST_LINE_BYTES = 8 * 1024;

    private enum Part {
        SIZE,
        DATA,
        END_OF_DATA,
        TRAILERS
    }

    private final StringBuilder line = new StringBuilder();
    private Part part = Part.SIZE;
    private long leftBytes;

    @Override
    public boolean feed(ByteBuffer received, AnswerBody body) throws MalformedAnswerException {
        while (received.hasRemaining()) {
            if (part == Part.DATA) {
                leftBytes -= body.take(received, leftBytes);
                part = leftBytes == 0 ? Part.END_OF_DATA : Part.DATA;
            } else if (lineEnds((char) (received.get() & 0xff)) && lastLine()) {
                return true;
            }
        }
        return false;
    }

    private boolean lineEnds(char next) throws MalformedAnswerException {
        if (next == '\n') {
            return true;
        }
        line.append(next);
        if (line.length() > MOST_LINE_BYTES) {
            throw new MalformedAnswerException("a chunk's line is longer than " + MOST_LINE_BYTES + " bytes");
        }
        return false;
    }

    /** Acts on the line, and returns whether it was the body's last. */
    private boolean lastLine() throws MalformedAnswerException {
        String text = line.toString().strip();
        line.setLength(0);
        switch (part) {
            case SIZE -> {
                leftBytes = size(text);
                part = leftBytes == 0 ? Part.TRAILERS : Part.DATA;
            }
            case END_OF_DATA -> {
                if (!text.isEmpty()) {
                    throw new MalformedAnswerException("a chunk is longer than it says");
                }
                part = Part.SIZE;
            }
            default -> {
                return text.isEmpty();
            }
        }
        return false;
    }

    private static long size(String text) throws MalformedAnswerException {
        int extension = text.indexOf(';');
        String digits = (extension < 0 ? text : text.substring(0, extension)).strip();
        try {
            return Long.parseUnsignedLong(digits, 16) & Long.MAX_VALUE;
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException("\"" + digits + "\" is no chunk size");
        }
    }
}
