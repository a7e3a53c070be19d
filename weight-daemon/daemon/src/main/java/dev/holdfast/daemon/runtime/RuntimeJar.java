package dev.holdfast.daemon.runtime;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.natives.NativesDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The jar of a {@link CudaRuntime}, checked already, with some libraries among much else. */
record RuntimeJar(Path jar, CudaRuntime runtime) {
    private static final String UNFINISHED = ".unpacking-";

    /**
     * Unpacks what ONNX Runtime needs for CUDA. The folder appears by one rename, complete and synced; an incomplete one
     * of that name is replaced.
     *
     * @throws ArtifactException if a library is not in the jar
     * @throws IOException if it can't be written; nothing is left behind
     */
    void unpack(Path folder) throws IOException {
        Path natives = folder.resolveSibling("");
        Files.createDirectories(natives);
        // Not createTempDirectory, whose folders only their owner may enter: other users' JVMs load these libraries.
        Path unfinished = natives.resolve(UNFINISHED + UUID.randomUUID());
        Files.createDirectory(unfinished, mode(unfinished, "rwxr-xr-x"));
        try (ZipFile zip = open()) {
            for (String library : RuntimeFolder.libraries()) {
                copy(zip, entry(zip, library), unfinished.resolve(library));
            }
            delete(folder);
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            delete(unfinished);
        }
    }

    private ZipFile open() {
        try {
            return new ZipFile(jar.toFile());
        } catch (IOException e) {
            throw new ArtifactException(jar + " is not a readable jar (" + e.getMessage() + ")", e);
        }
    }

    /** Some builds have ONNX Runtime's own library under its SONAME alone. */
    private ZipEntry entry(ZipFile zip, String library) {
        String name = runtime.folder() + library;
        return Optional.ofNullable(zip.getEntry(name))
                .or(() -> Optional.ofNullable(zip.getEntry(name + ".1")))
                .orElseThrow(() -> new ArtifactException(jar + " has no " + name + "; give the jar of "
                        + runtime.artifact().coordinates() + " with --jar"));
    }

    /** The stream's end compares the CRC. */
    private static void copy(ZipFile zip, ZipEntry entry, Path file) throws IOException {
        Set<OpenOption> fresh = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (InputStream in = zip.getInputStream(entry);
                FileChannel channel = FileChannel.open(file, fresh, mode(file, "rw-r--r--"))) {
            in.transferTo(Channels.newOutputStream(channel));
            channel.force(true);
        }
    }

    /** What others may write is not loaded, see {@link NativesDirectory#requireTrusted}, and some umasks let the group write. */
    private static FileAttribute<?>[] mode(Path file, String permissions) {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }
}
