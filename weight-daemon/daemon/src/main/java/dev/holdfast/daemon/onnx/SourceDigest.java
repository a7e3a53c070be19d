package dev.holdfast.daemon.onnx;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.TreeDigest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * The digest of a version's source: SHA-256 over {@code holdfast-source-1}, the model file's {@link TreeDigest}, and
 * then, sorted by name, each external file's name (its UTF-8 length as four bytes, big-endian, and the UTF-8) and
 * {@link TreeDigest}. The order in which the model names its files does not matter; the model file's own name neither.
 */
final class SourceDigest {
    private static final byte[] PREFIX = "holdfast-source-1".getBytes(StandardCharsets.US_ASCII);

    private SourceDigest() {}

    /** @throws IOException if a file can't be read */
    static ContentDigest of(OnnxSource source) throws IOException {
        MessageDigest digest = sha256();
        digest.update(PREFIX);
        digest.update(bytes(TreeDigest.of(source.modelFile())));
        for (Map.Entry<String, Path> file : source.externalFiles().entrySet()) {
            byte[] name = file.getKey().getBytes(StandardCharsets.UTF_8);
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, name.length));
            digest.update(name);
            digest.update(bytes(TreeDigest.of(file.getValue())));
        }
        return new ContentDigest(HexFormat.of().formatHex(digest.digest()));
    }

    private static byte[] bytes(ContentDigest digest) {
        return HexFormat.of().parseHex(digest.hex());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
