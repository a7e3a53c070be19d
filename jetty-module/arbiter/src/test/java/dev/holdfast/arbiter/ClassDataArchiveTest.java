package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestHolder;
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
    void arbiterToldToEndWhileItMakesOneLeavesNothing() throws Exception {
        Path cache = directory.resolve("holdfast");
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
