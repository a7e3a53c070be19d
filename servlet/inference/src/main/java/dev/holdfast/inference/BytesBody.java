package dev.holdfast.inference;

import java.io.IOException;
import java.io.OutputStream;

/** A small document. */
final class BytesBody implements ReplyBody {
    private final byte[] bytes;
    private boolean written;

    BytesBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public boolean writeTo(OutputStream out) throws IOException {
        if (written || bytes.length == 0) {
            return false;
        }
        written = true;
        out.write(bytes);
        return true;
    }
}
