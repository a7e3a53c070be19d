package dev.holdfast.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;

/**
 * A library unpacked from its jar, once per machine, user and build: the folder's name has the library's CRC, so two
 * builds, even of one version, never meet.
 *
 * <p>The file appears by one rename, complete and synced, so any number of processes may unpack at once and none sees
 * half a library. A leftover that is not what the jar has is replaced before anything is loaded.
 */
public final class LibraryFile {
    private static final String UNFINISHED = ".unpacking";
    /** Unfinished files this old are of processes that died. */
    private static final Duration ABANDONED = Duration.ofHours(1);

    private LibraryFile() {}

    /**
     * The library's file below {@code natives}, unpacked if need be.
     *
     * @param name library and platform, such as {@code onnxruntime-linux-x64}; the folder's name begins with it
     * @param fileName what the file is called
     * @param natives from {@link NativesDirectory}
     * @throws NativesException if it can't be written
     */
    public static Path unpack(LibraryResource resource, String name, String fileName, Path natives) {
        Path folder = natives.resolve("%s-%08x".formatted(name, resource.crc()));
        Path file = folder.resolve(fileName);
        try {
            OwnFolder.prepare(folder);
            if (!isComplete(file, resource)) {
                removeAbandoned(folder);
                write(resource, file);
            }
            return file;
        } catch (IOException e) {
            throw new NativesException(
                    "can't unpack " + fileName + " to " + file + " (" + e + "); it needs " + resource.sizeBytes()
                            + " bytes; name another folder with -D" + NativesDirectory.PROPERTY,
                    e);
        }
    }

    private static boolean isComplete(Path file, LibraryResource resource) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return Files.size(file) == resource.sizeBytes() && resource.matches(stream);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static void write(LibraryResource resource, Path file) throws IOException {
        Path folder = file.resolveSibling("");
        Path unfinished = Files.createTempFile(folder, "", UNFINISHED);
        try {
            try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE);
                    OutputStream out = Channels.newOutputStream(channel);
                    InputStream in = resource.open()) {
                in.transferTo(out);
                channel.force(true);
            }
            if (!isComplete(unfinished, resource)) {
                throw new IOException("what was unpacked is not what " + resource.url() + " announces");
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static void removeAbandoned(Path folder) throws IOException {
        Instant limit = Instant.now().minus(ABANDONED);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
            for (Path unfinished : files) {
                if (isOlder(unfinished, limit)) {
                    Files.deleteIfExists(unfinished);
                }
            }
        }
    }

    private static boolean isOlder(Path unfinished, Instant limit) throws IOException {
        try {
            return Files.getLastModifiedTime(unfinished).toInstant().isBefore(limit);
        } catch (NoSuchFileException e) {
            return false; // Its writer has just finished.
        }
    }
}
