package dev.holdfast.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * A process of its own that maps a host arena, reads every byte through the mapping, prints {@code read HEX} with their
 * SHA-256, and keeps the mapping until its standard input ends.
 */
public final class ArenaReader {
    private ArenaReader() {}

    /** Arguments: layout, path of the file or of another process's descriptor, size in bytes. */
    public static void main(String[] arguments) throws IOException {
        long sizeBytes = Long.parseLong(arguments[2]);
        try (WeightArena arena = open(arguments[0], Path.of(arguments[1]), sizeBytes);
                Mapping mapping = arena.map()) {
            System.out.println("read " + sha256(mapping));
            System.in.readAllBytes();
        }
    }

    private static WeightArena open(String layout, Path path, long sizeBytes) {
        return ArenaLayout.of(layout) == ArenaLayout.PACKED
                ? PackedArena.open(path, sizeBytes)
                : SealedArena.adopt(OwnedDescriptor.owning(LibC.reopen(path, LibC.O_RDONLY)), sizeBytes);
    }

    /** The SHA-256 of all bytes of a mapping, as they are copied out. */
    public static String sha256(Mapping mapping) {
        MessageDigest sha256 = TreeDigest.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
        for (long offset = 0; offset < mapping.sizeBytes(); offset += buffer.limit()) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), mapping.sizeBytes() - offset));
            mapping.copyOut(offset, buffer);
            sha256.update(buffer.flip());
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
