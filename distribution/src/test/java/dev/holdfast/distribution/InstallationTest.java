package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The assembled installation, used as a user would. */
class InstallationTest {
    private static final Path HOME = Path.of(System.getProperty("holdfast.installation"));
    private static final Path QUICKSTART = Path.of(System.getProperty("holdfast.quickstart"));

    @TempDir
    private Path temporary;

    private record Ended(int code, String output) {}

    @BeforeEach
    void needsAPosixShell() {
        assumeTrue(File.separatorChar == '/', "the launch script under test is for POSIX shells");
    }

    @Test
    void everyBundledJarIsNamedWithItsLicence() throws IOException {
        Set<String> named = Files.readAllLines(HOME.resolve("THIRD-PARTY")).stream()
                .map(line -> line.replaceFirst(" .*", ""))
                .collect(Collectors.toSet());
        assertThat(bundledJars())
                .filteredOn(name -> !name.startsWith("holdfast-"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(named).contains(name.replaceFirst("-\\d.*", "")));
    }

    /** Names of all jars, those inside the WAR too. */
    private static List<String> bundledJars() throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.walk(HOME);
                ZipFile war = new ZipFile(HOME.resolve("war/holdfast.war").toFile())) {
            files.forEach(file -> names.add(file.getFileName().toString()));
            war.stream().forEach(entry -> names.add(entry.getName().replaceFirst(".*/", "")));
        }
        return names.stream().filter(name -> name.endsWith(".jar")).toList();
    }

    @Test
    void launcherWorksThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(temporary.resolve("hf"), HOME.resolve("bin/holdfast"));

        Ended ended = run(List.of(link.toString(), "--version"), System.getProperty("java.home"));

        assertThat(ended.code()).isZero();
        assertThat(ended.output()).startsWith("holdfast 0.");
    }

    @Test
    void launcherPassesTheExitCodeOn() throws Exception {
        Ended ended = run(
                List.of(HOME.resolve("bin/holdfast").toString(), "status", "--socket", temporary + "/none"),
                System.getProperty("java.home"));

        assertThat(ended.code()).isEqualTo(3);
    }

    @Test
    void launcherRefusesAnOldJava() throws Exception {
        Path java = Files.createDirectories(temporary.resolve("old/bin")).resolve("java");
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));

        Ended ended = run(
                List.of(HOME.resolve("bin/holdfast").toString(), "list"),
                temporary.resolve("old").toString());

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).contains("is Java 11.0.2, but 17 or later is needed");
    }

    @Test
    void launcherNamesAMissingJava() throws Exception {
        Ended ended = run(List.of(HOME.resolve("bin/holdfast").toString(), "list"), temporary.toString());

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).contains("JAVA_HOME is " + temporary);
    }

    @Test
    void quickstartServesFromThreeWorkersOverOneCopyAndLeavesNothingBehind() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/self/smaps")), "only Linux counts shared pages per process");

        Ended ended = run(
                List.of(QUICKSTART.toString(), "--once", "--port", "0", "--model", "linear"),
                System.getProperty("java.home"));

        assertThat(ended.output()).contains("200 {\"model_name\":\"linear\"").contains("which is 1.00 copies");
        assertThat(ended.output().lines().filter(line -> line.startsWith("   worker ")))
                .hasSize(3);
        assertThat(ended.code()).as(ended.output()).isZero();
        assertThat(temporary).as("what it leaves behind").isDirectoryNotContaining("glob:**/holdfast-quickstart*");
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(temporary.toString())))
                .as("processes left")
                .isEmpty();
    }

    @Test
    void quickstartNamesTheOptionThatIsWrong() throws Exception {
        Ended ended = run(List.of(QUICKSTART.toString(), "--wrokers", "2"), System.getProperty("java.home"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output())
                .startsWith("quickstart: there is no option '--wrokers'\n")
                .contains("--workers N");
    }

    @Test
    void quickstartNamesTheOptionThatLacksItsValue() throws Exception {
        Ended ended = run(List.of(QUICKSTART.toString(), "--port"), System.getProperty("java.home"));

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.output()).startsWith("quickstart: --port takes a number, not ''\n");
    }

    @Test
    void quickstartsHelpIsNoError() throws Exception {
        Ended ended = run(
                List.of("sh", "-c", "\"$0\" --help 2>/dev/null", QUICKSTART.toString()),
                System.getProperty("java.home"));

        assertThat(ended.code()).isZero();
        assertThat(ended.output())
                .startsWith("distribution/quickstart [--workers N]")
                .doesNotContain("quickstart: ");
    }

    @Test
    void quickstartThatHasToBuildSaysWhatThatTakesAndHowItFailed() throws Exception {
        Path copy =
                Files.createDirectories(temporary.resolve("clone/distribution")).resolve("quickstart");
        Files.copy(QUICKSTART, copy, StandardCopyOption.COPY_ATTRIBUTES);
        Path maven = Files.createDirectory(temporary.resolve("bin")).resolve("mvn");
        Files.writeString(maven, "#!/bin/sh\nprintf '\\033[0m[ERROR] no such artifact\\033[0m\\n'\nexit 1\n");
        Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));

        Ended ended = run(
                List.of("env", "PATH=" + maven.getParent() + ":" + System.getenv("PATH"), copy.toString()),
                System.getProperty("java.home"));

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output())
                .contains(
                        "some minutes", "1 GB", "quickstart-build.log", "the build failed", "[ERROR] no such artifact")
                .doesNotContain("\033");
    }

    private Ended run(List<String> command, String javaHome) throws Exception {
        Path log = temporary.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", javaHome);
        builder.environment().put("TMPDIR", temporary.toString());
        Process process = builder.start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroy();
        assertThat(ended).as("%s ended: %s", command, Files.readString(log)).isTrue();
        return new Ended(process.exitValue(), Files.readString(log));
    }
}
