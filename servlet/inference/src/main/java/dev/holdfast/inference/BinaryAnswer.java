package dev.holdfast.inference;

import dev.holdfast.engine.Elements;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;

/** An inference's answer as JSON with binary data behind it (binary tensor data extension). */
final class BinaryAnswer implements ReplyBody {
    private static final int PIECE_BYTES = 256 * 1024;

    private final byte[] json;
    private final List<Tensor> outputs;
    private final Chunk chunk = new Chunk();
    private boolean jsonWritten;
    private int current;
    private int offset;
    private Iterator<byte[]> strings = List.<byte[]>of().iterator();

    /** @param outputs those whose data follows, in this order */
    BinaryAnswer(byte[] json, List<Tensor> outputs) {
        this.json = json;
        this.outputs = outputs;
    }

    @Override
    public long sizeBytes() {
        return json.length
                + outputs.stream().mapToLong(AnswerDocument::binaryBytes).sum();
    }

    @Override
    public boolean writeTo(OutputStream out) throws IOException {
        if (!jsonWritten) {
            jsonWritten = true;
            out.write(json);
            return true;
        }
        while (current < outputs.size()) {
            if (writePiece(outputs.get(current), out)) {
                return true;
            }
            current++;
            offset = 0;
        }
        return false;
    }

    private boolean writePiece(Tensor output, OutputStream out) throws IOException {
        return output.data() instanceof Strings values ? writeStrings(values, out) : writeElements(output, out);
    }

    private boolean writeElements(Tensor output, OutputStream out) throws IOException {
        Elements elements = (Elements) output.data();
        int length = (int) Math.min(PIECE_BYTES, elements.sizeBytes() - offset);
        if (length > 0) {
            elements.writeTo(out, offset, length);
            offset += length;
        }
        return length > 0;
    }

    /** For byte strings, the offset counts elements. */
    private boolean writeStrings(Strings values, OutputStream out) throws IOException {
        if (offset == 0) {
            strings = values.values().iterator();
        }
        chunk.reset();
        for (; strings.hasNext() && !chunk.isEnough(); offset++) {
            byte[] value = strings.next();
            chunk.writeBytes(BinaryStrings.prefix(value.length));
            chunk.writeBytes(value);
        }
        if (chunk.isEmpty()) {
            return false;
        }
        chunk.writeOnce(out);
        return true;
    }
}
