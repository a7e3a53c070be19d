package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestHolder;
import dev.holdfast.engine.TestModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives made and used by real JVMs. */
@Tag("core")
class ClassDataArchiveTest {
    private static final String NO_WAIT = "-Dholdfast.attach.timeout=0";

    @TempDir
    private Path directory;

    @Test
    void classesComeFromTheArchiveUntilAJarChanges() throws Exception {
        Path loaded = directory.resolve("classes.log");
        JavaCommand java = new JavaCommand(
                Optional.empty(), List.of("-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + loaded));
        Path extra = jar(directory.resolve("extra.jar"));
        List<Path> classPath = new ArrayList<>(new Installation(TestInstallation.home()).workerClassPath());
        classPath.add(extra);
        Path cache = directory.resolve("cache");
        ClassDataArchive archives = new ClassDataArchive(cache, java, classPath);

        Path first = archives.prepare().orElseThrow();
        start(new EmbeddedWorkers(java, classPath, Optional.of(first), Optional.empty()));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)))
                .isEqualTo("rwx------");
        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains("dev.holdfast.worker.WorkerMain source: shared objects file (top)"))
                .anyMatch(line -> line.contains("org.eclipse.jetty.server.Server source: shared objects file (top)"))
                .anyMatch(line -> line.contains("dev.holdfast.engine.Models source: shared objects file (top)"))
                .as("what only a linked worker, one that serves, and one on a device need")
                .anyMatch(line -> line.contains("dev.holdfast.worker.ArbiterLink source: shared objects file (top)"))
                .anyMatch(line -> line.contains("dev.holdfast.engine.Instance source: shared objects file (top)"))
                .anyMatch(line -> line.contains("jcuda.driver.JCudaDriver source: shared objects file (top)"));
        assertThat(archives.prepare()).hasValue(first);

        Files.setLastModifiedTime(extra, FileTime.fromMillis(0));
        Path second = archives.prepare().orElseThrow();

        assertThat(second).isNotEqualTo(first);
        assertThat(cache.toFile().list()).containsExactly(String.valueOf(second.getFileName()));
    }

    @Test
    void archiveThatCanNotBeMadeIsDoneWithout() throws Exception {
        JavaCommand java = new JavaCommand(Optional.empty(), List.of("-XX:+NoSuchOption"));
        Path cache = directory.resolve("cache");

        assertThat(new ClassDataArchive(cache, java, List.of()).prepare()).isEmpty();

        assertThat(cache).isEmptyDirectory();
    }

    @Test
    void archiveThatMayBeOfSomebodyElseIsNotUsed() throws Exception {
        JavaCommand java = new JavaCommand(Optional.empty(), List.of("-XX:TieredStopAtLevel=1"));
        List<Path> classPath = new Installation(TestInstallation.home()).workerClassPath();
        ClassDataArchive archives = new ClassDataArchive(directory.resolve("cache"), java, classPath);
        Path archive = archives.prepare().orElseThrow();

        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(archives.prepare()).as("the group could have written it").isEmpty();

        Files.setPosixFilePermissions(archive, PosixFilePermissions.fromString("r--r--r--"));
        Path elsewhere = Files.move(archive, directory.resolve("elsewhere.jsa"));
        Files.createSymbolicLink(archive, elsewhere);
        assertThat(archives.prepare()).as("a link").isEmpty();

        Files.delete(archive);
        Files.move(elsewhere, archive);
        assertThat(archives.prepare()).as("as it was").hasValue(archive);
    }

    @Test
    void workersStartWithoutAnArchiveWhereOthersMayWrite() throws Exception {
        Path cache = Files.createDirectories(directory.resolve("cache").resolve("holdfast"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxr-x"));
        List<String> arguments =
                ArbiterProcess.arguments(directory, "--port=0", "--workers=1", "--worker-option=" + NO_WAIT);
        Process arbiter = ArbiterProcess.launch(directory, cache.resolveSibling(""), arguments);
        try {
            assertThat(arbiter.inputReader().readLine()).startsWith("ready: arbiter pid " + arbiter.pid());
        } finally {
            arbiter.destroy();
            assertThat(arbiter.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(Files.readString(ArbiterProcess.log(directory)).lines())
                .filteredOn(line -> line.contains("no class-data archive"))
                .singleElement()
                .asString()
                .contains("none is kept in " + cache.resolve("archives"))
                .contains("chmod go-w " + cache + ")")
                .contains("$XDG_CACHE_HOME");
        assertThat(cache.resolve("archives")).isEmptyDirectory();
    }

    @Test
    void archiveMadeBesideAHolderHasWhatItTakesToServeItsModels() throws Exception {
        TestHolder directories = new TestHolder(directory);
        TestModels.bias(directories.models(), "bias", 1, 1024, 2);
        Path loaded = directory.resolve("classes.log");
        JavaCommand java = new JavaCommand(
                Optional.of(directories.socket()),
                List.of("-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + loaded));
        List<Path> classPath = new Installation(TestInstallation.home()).workerClassPath();
        HolderProcess holder = HolderProcess.start(directory, "packed");
        try {
            directories.load("bias");
            Path archive = new ClassDataArchive(directory.resolve("cache"), java, classPath)
                    .prepare()
                    .orElseThrow();

            start(new EmbeddedWorkers(java, classPath, Optional.of(archive), Optional.empty()));
        } finally {
            holder.close();
        }

        assertThat(Files.readString(directory.resolve("worker.log"))).contains("models=true");
        assertThat(Files.readAllLines(loaded))
                .as("what reads a version's manifest")
                .anyMatch(line -> line.contains(
                        "tools.jackson.core.json.UTF8StreamJsonParser source: shared objects file (top)"));
    }

    @Test
    void arbiterToldToEndWhileItMakesOneLeavesNothing() throws Exception {
        Path cache = directory.resolve("holdfast").resolve("archives");
        List<String> arguments =
                ArbiterProcess.arguments(directory, "--port=0", "--pid-file=" + directory.resolve("pid"));
        Process arbiter = ArbiterProcess.launch(directory, directory, arguments);
        TestHolder.await(() -> Files.exists(cache.resolve("." + arbiter.pid() + ".log")), "a training run");

        arbiter.destroy();

        assertThat(arbiter.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(arbiter.exitValue()).isZero();
        assertThat(cache).isEmptyDirectory();
        assertThat(directory.resolve("pid")).doesNotExist();
        assertThat(ArbiterProcess.control(directory)).doesNotExist();
    }

    private void start(EmbeddedWorkers workers) throws Exception {
        List<String> command = new ArrayList<>(workers.worker(1).command());
        command.add("--train");
        Path log = directory.resolve("worker.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    }

    private static Path jar(Path file) throws Exception {
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.putNextEntry(new ZipEntry("extra.txt"));
            out.closeEntry();
        }
        return file;
    }
}
