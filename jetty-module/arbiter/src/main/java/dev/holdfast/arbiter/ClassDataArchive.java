package dev.holdfast.arbiter;

import dev.holdfast.natives.OwnFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker's classes, parsed and linked, in a file that all its JVMs map (JEP 350): a worker starts sooner, and the class
 * metadata is in memory once. An archive fits one JVM build, one class path with its jars' sizes and times, and options that
 * change object layout; all of that is in its name, so one that does not fit is never used, and goes when its successor comes.
 *
 * <p>Whoever can write an archive puts classes into every worker, and its name is no secret. So it is kept in a folder of its own
 * that nobody else may write to or replace, and one that is there is used only if it is root's or this user's.
 */
final class ClassDataArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassDataArchive.class);
    private static final long TRAINING_SECONDS = 120;
    private static final int NAME_BYTES = 8;

    private final Path directory;
    private final JavaCommand java;
    private final List<Path> classPath;

    /** @param directory where archives are kept, and nothing else */
    ClassDataArchive(Path directory, JavaCommand java, List<Path> classPath) {
        this.directory = directory;
        this.java = java;
        this.classPath = List.copyOf(classPath);
    }

    /**
     * The archive, made now if there is none that fits.
     *
     * @return empty if it can't be made; the log says why, and workers start without it
     */
    Optional<Path> prepare() throws InterruptedException {
        try {
            Path folder = folder();
            String family = "worker-" + hash(identity()) + "-";
            Path archive = folder.resolve(family + hash(identity() + contents()) + ".jsa");
            if (!OwnFolder.hasOwnFile(archive)) {
                make(archive);
            }
            removeStale(family, archive);
            return Optional.of(archive);
        } catch (IOException e) {
            LOG.warn("no class-data archive, so workers start slower: {}", e.toString());
            return Optional.empty();
        }
    }

    private Path folder() throws IOException {
        try {
            return OwnFolder.prepareForLater(directory);
        } catch (IOException e) {
            throw new IOException(
                    "none is kept in " + directory + " (" + e + "); $XDG_CACHE_HOME can name another place", e);
        }
    }

    /** Whose archive it is: this JVM's, with these options, for jars at these paths. */
    private String identity() {
        return String.join("\n", System.getProperty("java.home"), Installation.joined(classPath))
                + String.join("\n", java.options());
    }

    /** What makes an archive of that identity unfit: another build of the JVM, another content of a jar. */
    private String contents() throws IOException {
        StringBuilder text = new StringBuilder(System.getProperty("java.vm.name"))
                .append(System.getProperty("java.vm.vendor"))
                .append(System.getProperty("java.vm.version"));
        for (Path jar : classPath) {
            text.append('\n')
                    .append(Files.size(jar))
                    .append(' ')
                    .append(Files.getLastModifiedTime(jar).toMillis());
        }
        return text.toString();
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void make(Path archive) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Path made = archive.resolveSibling("." + ProcessHandle.current().pid() + ".jsa");
        Path output = archive.resolveSibling("." + ProcessHandle.current().pid() + ".log");
        try {
            train(made, output);
            Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
            LOG.info("archive={} bytes={} ms={} class data", archive, Files.size(archive), millis);
        } finally {
            Files.deleteIfExists(made);
            Files.deleteIfExists(output);
        }
    }

    private void train(Path made, Path output) throws IOException, InterruptedException {
        Process training = new ProcessBuilder(EmbeddedWorkers.training(java, classPath, made))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended;
        try {
            training.getOutputStream().close();
            ended = training.waitFor(TRAINING_SECONDS, TimeUnit.SECONDS);
        } finally {
            training.destroyForcibly().onExit().join();
        }
        if (!ended || training.exitValue() != 0 || Files.notExists(made)) {
            throw new IOException("the training run "
                    + (ended
                            ? "ended with exit code " + training.exitValue()
                            : "did not end in " + TRAINING_SECONDS + " s")
                    + " and wrote: " + Files.readString(output).strip());
        }
    }

    private void removeStale(String family, Path current) throws IOException {
        try (Stream<Path> files = Files.list(current.resolveSibling(""))) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.startsWith(family) && !file.equals(current)) {
                    Files.deleteIfExists(file);
                    LOG.info("archive={} removed: no longer fits", file);
                }
            }
        }
    }
}
