package dev.holdfast.inference;

import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;

/** An inference's answer in JSON alone. */
final class JsonAnswer implements ReplyBody {
    private final AnswerDocument document;
    private final Chunk chunk = new Chunk();
    private final JsonGenerator generator = Json.generator(chunk);
    private boolean filled;
    private boolean ended;

    JsonAnswer(AnswerDocument document) {
        this.document = document;
    }

    /** @throws RequestRefusedException with 400 if an output has values that JSON can't hold */
    @Override
    public long sizeBytes() {
        document.check();
        fill();
        return ended ? chunk.size() : -1;
    }

    @Override
    public boolean writeTo(OutputStream out) throws IOException {
        fill();
        filled = false;
        if (chunk.isEmpty()) {
            return false;
        }
        chunk.writeOnce(out);
        return true;
    }

    private void fill() {
        if (filled) {
            return;
        }
        filled = true;
        chunk.reset();
        while (!ended && !chunk.isEnough()) {
            ended = !document.step(generator);
            generator.flush();
        }
        if (ended) {
            generator.close();
        }
    }
}
