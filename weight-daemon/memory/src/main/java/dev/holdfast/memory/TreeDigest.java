package dev.holdfast.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * A digest whose parts can be computed in any order and by anything that knows SHA-256 (FIPS 180-4).
 *
 * <p>The format, which never changes under this name:
 * <ul>
 *   <li>The content of {@code size} bytes is cut into leaves of 65,536 bytes; the last may be shorter, and empty content
 *       has no leaf.
 *   <li>A leaf's digest is the SHA-256 of its bytes, without prefix.
 *   <li>The digest is the SHA-256 of: the 15 ASCII bytes {@code holdfast-tree-1}; one zero byte; {@code size} as
 *       8 bytes, big-endian, unsigned; the 32-byte digests of all leaves in the order of the content.
 * </ul>
 *
 * <p>The size stands before the leaves, so a truncation never has the digest of another content.
 */
public final class TreeDigest {
    /** Bytes of a leaf. */
    public static final int LEAF_BYTES = 64 * 1024;

    private static final byte[] PREFIX = "holdfast-tree-1\0".getBytes(StandardCharsets.US_ASCII);

    private TreeDigest() {}

    /**
     * The digest of a whole file.
     *
     * @throws IOException if it can't be read
     */
    public static ContentDigest of(Path file) throws IOException {
        try (FileChannel content = FileChannel.open(file, StandardOpenOption.READ)) {
            return of(content, content.size());
        }
    }

    /** As {@link #of(FileChannel, long, LongConsumer)}, without reporting. */
    public static ContentDigest of(FileChannel content, long sizeBytes) throws IOException {
        return of(content, sizeBytes, done -> {});
    }

    /**
     * The digest of the first {@code sizeBytes} of a file.
     *
     * @param content open for reading; its position is left alone
     * @param sizeBytes 0 or more
     * @param progress told the bytes done so far, ascending, on the calling thread, ending with {@code sizeBytes}
     * @throws java.io.EOFException if the file is shorter
     * @throws java.io.InterruptedIOException if the calling thread is interrupted; it stays interrupted
     * @throws IOException if it can't be read
     */
    public static ContentDigest of(FileChannel content, long sizeBytes, LongConsumer progress) throws IOException {
        MessageDigest root = root(sizeBytes);
        new LeafDigests(content, sizeBytes, progress).feed(root);
        return complete(root);
    }

    /**
     * The digest of content whose leaves something else digests, such as a device in its own memory.
     *
     * @param sizeBytes of the content, 0 or more
     * @param leaves updates its argument with the 32-byte digests of all leaves in the order of the content
     */
    public static ContentDigest ofLeaves(long sizeBytes, Consumer<MessageDigest> leaves) {
        MessageDigest root = root(sizeBytes);
        leaves.accept(root);
        return complete(root);
    }

    private static MessageDigest root(long sizeBytes) {
        MessageDigest root = sha256();
        root.update(PREFIX);
        root.update(ByteBuffer.allocate(Long.BYTES).putLong(0, sizeBytes));
        return root;
    }

    private static ContentDigest complete(MessageDigest root) {
        return new ContentDigest(HexFormat.of().formatHex(root.digest()));
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
