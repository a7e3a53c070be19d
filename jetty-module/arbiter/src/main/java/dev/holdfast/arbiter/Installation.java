package dev.holdfast.arbiter;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The installation that this class is part of, found by its jar: {@code lib} has what the {@code holdfast} command needs,
 * {@code lib/jetty} what a worker needs beside that, {@code jetty} what a {@code JETTY_BASE} needs.
 *
 * @param home the directory that holds them
 */
record Installation(Path home) {
    /** @throws IllegalStateException if this class is not in a jar of an installation */
    static Installation ofThisClass() {
        try {
            Path jar = Path.of(Installation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path lib = jar.getParent();
            if (!Files.isRegularFile(jar) || lib == null || lib.getParent() == null) {
                throw new IllegalStateException(jar + " is not a jar of an installation; run bin/holdfast of one");
            }
            return new Installation(lib.getParent());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("the installation can't be found", e);
        }
    }

    /**
     * A worker's class path: {@code lib/jetty}, then {@code lib}, each by name.
     *
     * @throws IllegalStateException if there is no {@code lib/jetty}
     */
    List<Path> workerClassPath() {
        Path jetty = home.resolve("lib").resolve("jetty");
        if (!Files.isDirectory(jetty)) {
            throw new IllegalStateException("the installation has no " + jetty + "; install it again");
        }
        List<Path> jars = new ArrayList<>(jars(jetty));
        jars.addAll(jars(home.resolve("lib")));
        return jars;
    }

    /** As one argument of the JVM. */
    static String joined(List<Path> classPath) {
        return classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** What Jetty's {@code --include-jetty-dir} takes: the module {@code holdfast-worker}. */
    Path jettyDirectory() {
        return home.resolve("jetty");
    }

    private static List<Path> jars(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("the installation's " + directory + " can't be read", e);
        }
    }
}
