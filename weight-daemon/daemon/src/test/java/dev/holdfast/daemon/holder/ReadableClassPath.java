package dev.holdfast.daemon.holder;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A copy of this process's class path that every user can read, without ONNX Runtime and other very large jars. */
final class ReadableClassPath {
    private static final long LARGEST_JAR_BYTES = 20L << 20;

    private ReadableClassPath() {}

    /** The class path of the copy, in a directory that everybody may enter. */
    static String copyTo(Path directory) throws IOException {
        List<String> copies = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path source = Path.of(entry);
            Path copy = directory.resolve(copies.size() + "-" + source.getFileName());
            if (Files.isDirectory(source)) {
                copyTree(source, copy);
            } else if (Files.exists(source) && Files.size(source) <= LARGEST_JAR_BYTES) {
                Files.copy(source, copy);
            }
            copies.add(copy.toString());
        }
        openToAll(directory);
        return String.join(File.pathSeparator, copies);
    }

    private static void copyTree(Path source, Path target) throws IOException {
        try (Stream<Path> all = Files.walk(source)) {
            for (Path each : all.toList()) {
                Files.copy(each, target.resolve(source.relativize(each).toString()));
            }
        }
    }

    private static void openToAll(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path each : all.toList()) {
                boolean enterable = Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS);
                Files.setPosixFilePermissions(
                        each, PosixFilePermissions.fromString(enterable ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }
}
