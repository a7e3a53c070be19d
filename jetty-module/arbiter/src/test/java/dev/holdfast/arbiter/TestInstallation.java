package dev.holdfast.arbiter;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** An installation's {@code lib} and {@code lib/jetty}, made once of the tests' class path: archives take only jars. */
final class TestInstallation {
    private static final List<String> WORKERS_OWN =
            List.of("jetty-", "jakarta.", "holdfast-engine", "holdfast-inference", "holdfast-jetty", "holdfast-worker");

    private static final Path HOME = make();

    private TestInstallation() {}

    static Path home() {
        return HOME;
    }

    private static Path make() {
        try {
            Path home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "installation");
            Files.createDirectories(home.resolve("lib").resolve("jetty"));
            List<Path> classPath = Pattern.compile(File.pathSeparator)
                    .splitAsStream(System.getProperty("java.class.path"))
                    .map(Path::of)
                    .toList();
            for (Path entry : classPath) {
                add(home.resolve("lib"), entry);
            }
            addModule(home);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The module {@code holdfast-worker}, as {@code --include-jetty-dir} takes it. */
    private static void addModule(Path home) throws IOException {
        Path config = Path.of("..", "worker", "src", "main", "config");
        for (String file : List.of("modules/holdfast-worker.mod", "etc/holdfast-worker.xml")) {
            Path target = home.resolve("jetty").resolve(file);
            Files.createDirectories(home.resolve("jetty").resolve(file.substring(0, file.indexOf('/'))));
            Files.copy(config.resolve(file), target);
        }
        Path lib = Files.createDirectories(home.resolve("jetty/lib/holdfast/worker"));
        for (Path jar : new Installation(home).workerClassPath()) {
            String name = String.valueOf(jar.getFileName());
            if (name.startsWith("holdfast-worker") || name.startsWith("holdfast-control")) {
                Files.createSymbolicLink(lib.resolve(name), jar);
            }
        }
    }

    private static void add(Path lib, Path entry) throws IOException {
        boolean classes = Files.isDirectory(entry);
        if (entry.endsWith("test-classes") || entry.toString().endsWith("-tests.jar")) {
            return;
        }
        String name = classes
                ? "holdfast-" + entry.getName(entry.getNameCount() - 3) + ".jar"
                : String.valueOf(entry.getFileName());
        name = name.replace("holdfast-module.jar", "holdfast-jetty.jar");
        Path target = (WORKERS_OWN.stream().anyMatch(name::startsWith) ? lib.resolve("jetty") : lib).resolve(name);
        if (classes) {
            pack(entry, target);
        } else if (name.endsWith(".jar")) {
            Files.createSymbolicLink(target, entry.toAbsolutePath());
        }
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(new ZipEntry(classes.relativize(file).toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
    }
}
