package dev.holdfast.daemon.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A walk over the fields of a protobuf file that always knows where in the model it is, so that damage is reported by
 * place. Every length is checked against the file before anything is read or skipped. Used by one thread.
 */
final class ProtoCursor {
    /** As deep as protobuf's own parsers follow. */
    private static final int DEEPEST = 100;

    private static final int LONGEST_TEXT_BYTES = 1 << 16;

    private final String fileName;
    private final int fileBytes;
    private final CodedInputStream input;
    private final Deque<String> path = new ArrayDeque<>();
    private int end;
    private int tag;

    /** @param input read from its start; stays owned by the caller */
    ProtoCursor(String fileName, int fileBytes, InputStream input) throws IOException {
        this.fileName = fileName;
        this.fileBytes = fileBytes;
        this.end = fileBytes;
        this.input = CodedInputStream.newInstance(input);
        // The stream's own limit keeps it from skipping past the end, which FileInputStream would allow.
        this.input.pushLimit(fileBytes);
        path.addLast("model");
    }

    /** Reads one message's fields. */
    interface Body {
        void read() throws IOException;
    }

    /** Goes to the next field of the current message and gives its number; 0 at the message's end. */
    int nextField() throws IOException {
        tag = input.readTag();
        return WireFormat.getTagFieldNumber(tag);
    }

    /** Enters the length-delimited field just met, lets {@code body} read it, and leaves it. */
    void message(String what, Body body) throws IOException {
        int length = length();
        if (path.size() >= DEEPEST) {
            throw damaged("is nested deeper than " + DEEPEST + " messages");
        }
        int outerEnd = end;
        int outerLimit = input.pushLimit(length);
        end = position() + length;
        path.addLast(what);
        body.read();
        path.removeLast();
        input.popLimit(outerLimit);
        end = outerEnd;
    }

    /** Gives the innermost message its name once it is known. */
    void nameCurrent(String what) {
        path.removeLast();
        path.addLast(what);
    }

    /** The innermost message's name. */
    String current() {
        return path.getLast();
    }

    /** The way to the innermost message, outermost first. */
    String place() {
        return String.join(" > ", path);
    }

    long varint() throws IOException {
        expect(WireFormat.WIRETYPE_VARINT);
        return input.readRawVarint64();
    }

    String text() throws IOException {
        int length = length();
        if (length > LONGEST_TEXT_BYTES) {
            throw damaged("has a text of " + length + " bytes; at most " + LONGEST_TEXT_BYTES + " are read");
        }
        byte[] bytes = input.readRawBytes(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw damaged("has a text that is not UTF-8");
        }
    }

    /** Skips the bytes field just met; its location is what it gives. */
    TensorLocation.Inline skippedBytes() throws IOException {
        int length = length();
        long start = position();
        input.skipRawBytes(length);
        return new TensorLocation.Inline(start, length);
    }

    /** Whether the field just met holds many values behind one length. */
    boolean isPacked() {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    boolean atMessageEnd() {
        return position() >= end;
    }

    /** A bare varint inside a packed field. */
    long packedVarint() throws IOException {
        return input.readRawVarint64();
    }

    /** Skips the field just met, whatever it is. */
    void skip() throws IOException {
        if (isPacked()) {
            skippedBytes();
        } else {
            input.skipField(tag);
        }
    }

    OnnxFormatException damaged(String complaint) {
        return new OnnxFormatException(fileName + " is damaged: " + place() + " " + complaint + " (at byte "
                + position() + " of " + fileBytes + "); export or copy the model again");
    }

    /** What to say when protobuf gave up here: either the file ends, or it makes no sense. */
    OnnxFormatException brokenOff() {
        return position() >= fileBytes ? truncated("") : damaged("is not valid protobuf");
    }

    private int length() throws IOException {
        expect(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        int length = input.readRawVarint32();
        if (length < 0) {
            throw damaged("announces an impossible length");
        }
        long stop = (long) position() + length;
        if (stop > fileBytes) {
            throw truncated(": field " + WireFormat.getTagFieldNumber(tag) + " announces " + length + " bytes and only "
                    + (fileBytes - position()) + " are left");
        }
        if (stop > end) {
            throw damaged("has a field that reaches beyond its end");
        }
        return length;
    }

    private OnnxFormatException truncated(String detail) {
        return new OnnxFormatException(fileName + " ends after " + fileBytes + " bytes in the middle of " + place()
                + detail + "; copy or export the model again");
    }

    private void expect(int wireType) {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw damaged("has field " + WireFormat.getTagFieldNumber(tag) + " with wire type "
                    + WireFormat.getTagWireType(tag) + " where ONNX has " + wireType);
        }
    }

    private int position() {
        return input.getTotalBytesRead();
    }
}
