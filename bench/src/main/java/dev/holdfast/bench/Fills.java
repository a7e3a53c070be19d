package dev.holdfast.bench;

import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.PackedArena;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The ways that one file's bytes are copied, digested or made an arena; owns the file and what they leave behind. */
final class Fills implements AutoCloseable {
    private static final int CHUNK_BYTES = 1 << 20;

    /** One of them. */
    record Way(String name, Step fill, Step undo) {}

    /** May fail. */
    interface Step {
        void run() throws IOException;
    }

    private final Path source;
    private final Path linked;
    private final Path copy;
    private final long sizeBytes;
    private @Nullable WeightArena sealed;

    private Fills(Path source, Path copy, long sizeBytes) {
        this.source = source;
        this.linked = source.resolveSibling(source.getFileName() + ".linked");
        this.copy = copy;
        this.sizeBytes = sizeBytes;
    }

    /**
     * Writes the source, of random bytes.
     *
     * @param directory for the source and its links
     * @param memory a tmpfs for the copies
     */
    static Fills of(long sizeBytes, Path directory, Path memory) throws IOException {
        Path source = Files.createTempFile(directory, "holdfast-bench-", ".source");
        Path copy = memory.resolve(source.getFileName() + ".copy");
        Fills fills = new Fills(source, copy, sizeBytes);
        try {
            fills.writeSource();
            return fills;
        } catch (IOException e) {
            fills.close();
            throw e;
        }
    }

    private void writeSource() throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        Random random = new Random(1);
        try (FileChannel channel = FileChannel.open(source, StandardOpenOption.WRITE)) {
            for (long written = 0; written < sizeBytes; written += CHUNK_BYTES) {
                random.nextBytes(chunk);
                channel.write(ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK_BYTES, sizeBytes - written)));
            }
            channel.force(true);
        }
    }

    List<Way> ways() {
        Step deleteCopy = () -> Files.delete(copy);
        Step deleteLink = () -> Files.delete(linked);
        Step nothing = () -> {};
        return List.of(
                new Way("cp into tmpfs", this::copyByCommand, deleteCopy),
                new Way("transferTo into tmpfs", this::copyByTransfer, deleteCopy),
                new Way("sealed: fill and seal", () -> fillSealed(false), this::freeSealed),
                new Way("sealed: fill, seal and digest", () -> fillSealed(true), this::freeSealed),
                new Way("packed: link and open", () -> link(false), deleteLink),
                new Way("packed: digest, link and open", () -> link(true), deleteLink),
                new Way("packed: written into tmpfs", this::fillPacked, deleteCopy),
                new Way("tree digest alone", () -> TreeDigest.of(source), nothing),
                new Way("SHA-256 alone, one thread, no reading", this::hash, nothing));
    }

    private void copyByCommand() throws IOException {
        try {
            Process cp = new ProcessBuilder("cp", source.toString(), copy.toString())
                    .inheritIO()
                    .start();
            if (cp.waitFor() != 0) {
                throw new IOException("cp failed with exit code " + cp.exitValue());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for cp", e);
        }
    }

    private void copyByTransfer() throws IOException {
        try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel to = FileChannel.open(copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long done = 0;
            while (done < sizeBytes) {
                done += from.transferTo(done, sizeBytes - done, to);
            }
        }
    }

    private void fillSealed(boolean digest) throws IOException {
        WeightArena arena = filled(SealedArena.create("bench", sizeBytes));
        sealed = arena;
        if (digest) {
            arena.digest();
        }
    }

    /** Apart, as the deletion of a copy is. */
    private void freeSealed() {
        if (sealed != null) {
            sealed.close();
            sealed = null;
        }
    }

    private void fillPacked() throws IOException {
        filled(PackedArena.create(copy, sizeBytes, PosixFilePermissions.fromString("r--------")))
                .close();
    }

    private WeightArena filled(ArenaWriter created) throws IOException {
        try (ArenaWriter writer = created;
                FileChannel from = FileChannel.open(source, StandardOpenOption.READ)) {
            writer.write(0, from, 0, sizeBytes);
            return writer.finish();
        }
    }

    private void link(boolean digest) throws IOException {
        if (digest) {
            TreeDigest.of(source);
        }
        Files.createLink(linked, source);
        PackedArena.open(linked, sizeBytes).close();
    }

    /** What the processor could do at best, on one core. */
    private void hash() {
        byte[] leaf = new byte[TreeDigest.LEAF_BYTES];
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            for (long done = 0; done < sizeBytes; done += leaf.length) {
                sha256.update(leaf);
            }
            sha256.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public void close() throws IOException {
        freeSealed();
        Files.deleteIfExists(source);
        Files.deleteIfExists(linked);
        Files.deleteIfExists(copy);
    }
}
