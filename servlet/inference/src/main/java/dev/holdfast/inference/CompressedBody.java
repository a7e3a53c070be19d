package dev.holdfast.inference;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.DeflaterOutputStream;

/** A body in a content coding. */
final class CompressedBody implements ReplyBody {
    private final ReplyBody plain;
    private final Chunk chunk = new Chunk();
    private final DeflaterOutputStream encoder;
    private boolean begun;
    private boolean ended;

    CompressedBody(ReplyBody plain, ContentCoding coding) throws IOException {
        this.plain = plain;
        this.encoder = coding.encoder(chunk);
    }

    @Override
    public long sizeBytes() {
        return -1;
    }

    @Override
    public boolean writeTo(OutputStream out) throws IOException {
        if (begun) {
            chunk.reset();
        }
        // At first the encoder's own header is in there.
        begun = true;
        while (!ended && !chunk.isEnough()) {
            if (!plain.writeTo(encoder)) {
                encoder.close();
                ended = true;
            }
        }
        if (chunk.isEmpty()) {
            return false;
        }
        chunk.writeOnce(out);
        return true;
    }
}
