package dev.holdfast.memory;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An arena in anonymous memory that nobody can change any more: a Linux memfd with all four seals, memfd_create(2).
 *
 * <p>The bytes live as long as any process has the descriptor open or mapped. The kernel refuses every later write,
 * writable mapping and change of size, to root as well; see fcntl(2), "File Sealing".
 */
public final class SealedArena implements WeightArena {
    /** {@code linux/fcntl.h}: no seal can be added or removed. */
    private static final int F_SEAL_SEAL = 1;

    /** {@code linux/fcntl.h}. */
    private static final int F_SEAL_SHRINK = 2;

    /** {@code linux/fcntl.h}. */
    private static final int F_SEAL_GROW = 4;

    /** {@code linux/fcntl.h}. */
    private static final int F_SEAL_WRITE = 8;

    /** All that make the bytes immutable. */
    static final int REQUIRED_SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

    private final OwnedDescriptor memfd;
    private final long sizeBytes;

    private SealedArena(OwnedDescriptor memfd, long sizeBytes) {
        this.memfd = memfd;
        this.sizeBytes = sizeBytes;
    }

    /** Whether this platform has memfds with seals. */
    public static boolean isSupported() {
        return whyUnsupported().isEmpty();
    }

    /** Why this platform can't have sealed arenas, for a message; empty if it can. */
    public static Optional<String> whyUnsupported() {
        if (Platform.isLinux() && Platform.is64Bit()) {
            return Optional.empty();
        }
        return Optional.of(
                "the sealed layout needs memfd_create(2) of 64-bit Linux, and this is " + System.getProperty("os.name")
                        + " on " + System.getProperty("os.arch") + "; choose the packed layout");
    }

    /**
     * Takes over a finished arena from its descriptor, which is closed if this fails.
     *
     * @param descriptor owned by the arena from now on
     * @param expectedSizeBytes what the manifest says; 0 is allowed
     * @throws ArenaException if it is not a memfd, lacks a seal or has another size; says which
     * @throws NativeCallException if it was received writable and can't be opened again for reading alone
     * @throws UnsupportedOperationException if the platform has no memfds
     */
    public static SealedArena adopt(OwnedDescriptor descriptor, long expectedSizeBytes) {
        try (OwnedDescriptor received = descriptor) {
            requireSupported();
            requireSeals(received);
            requireSize(received, expectedSizeBytes);
            return new SealedArena(readOnly(received), expectedSizeBytes);
        }
    }

    /**
     * Creates the memory of a new arena; unwritten bytes are zero and take none.
     * {@link ArenaWriter#finish()} adds the seals; a writer that is closed without it frees the memory.
     *
     * @param name shown in {@code /proc/PID/maps} as {@code /memfd:NAME}; at most 249 bytes, no NUL
     * @param sizeBytes exact length, 0 or more
     * @throws IOException if the memory can't be opened for writing
     * @throws NativeCallException if the kernel refuses the memory or its size
     * @throws UnsupportedOperationException if the platform has no memfds
     */
    public static ArenaWriter create(String name, long sizeBytes) throws IOException {
        requireSupported();
        return SealedArenaWriter.create(name, PackedArena.requireSize(sizeBytes));
    }

    private static void requireSupported() {
        whyUnsupported().ifPresent(reason -> {
            throw new UnsupportedOperationException(reason);
        });
    }

    private static void requireSeals(OwnedDescriptor memfd) {
        List<String> missing = missingSeals(sealsOf(memfd));
        if (!missing.isEmpty()) {
            throw new ArenaException(memfd + " lacks " + String.join(", ", missing)
                    + ", so its bytes could still change; its maker must add all four seals before passing it on");
        }
    }

    private static int sealsOf(OwnedDescriptor memfd) {
        try {
            return memfd.use(LibC::seals);
        } catch (NativeCallException e) {
            throw new ArenaException(
                    memfd + " is not a memfd (" + e.codeName() + "); a sealed arena must be made by memfd_create(2)",
                    e);
        }
    }

    private static List<String> missingSeals(int seals) {
        List<String> missing = new ArrayList<>();
        require(seals, F_SEAL_SEAL, "F_SEAL_SEAL", missing);
        require(seals, F_SEAL_SHRINK, "F_SEAL_SHRINK", missing);
        require(seals, F_SEAL_GROW, "F_SEAL_GROW", missing);
        require(seals, F_SEAL_WRITE, "F_SEAL_WRITE", missing);
        return missing;
    }

    private static void require(int seals, int seal, String name, List<String> missing) {
        if ((seals & seal) == 0) {
            missing.add(name);
        }
    }

    private static void requireSize(OwnedDescriptor memfd, long expectedSizeBytes) {
        long size = memfd.use(LibC::sizeBytes);
        if (size != expectedSizeBytes) {
            throw new ArenaException(memfd + " has " + size + " bytes, but its manifest says " + expectedSizeBytes
                    + "; it is not this version's arena");
        }
    }

    /** Before Linux 6.7 a write-sealed file can be mapped shared only through a descriptor that can't write. */
    private static OwnedDescriptor readOnly(OwnedDescriptor memfd) {
        boolean readsOnly = (memfd.use(LibC::openFlags) & LibC.O_ACCMODE) == LibC.O_RDONLY;
        return readsOnly ? memfd.duplicate() : OwnedDescriptor.owning(LibC.reopen(memfd.path(), LibC.O_RDONLY));
    }

    @Override
    public ArenaKind kind() {
        return ArenaKind.HOST;
    }

    @Override
    public ArenaLayout layout() {
        return ArenaLayout.SEALED;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public Optional<OwnedDescriptor> descriptor() {
        return Optional.of(memfd);
    }

    @Override
    public Mapping map() {
        return HostMapping.of(memfd, sizeBytes, "memfd " + memfd);
    }

    @Override
    public ContentDigest digest() {
        try (FileChannel bytes = memfd.openChannel(StandardOpenOption.READ)) {
            return TreeDigest.of(bytes, sizeBytes);
        } catch (IOException e) {
            throw new NativeCallException("read", "memfd " + memfd, e);
        }
    }

    @Override
    public void close() {
        memfd.close();
    }

    @Override
    public String toString() {
        return "sealed arena " + memfd + " (" + sizeBytes + " bytes)";
    }
}
