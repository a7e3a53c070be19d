package dev.holdfast.daemon.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderUnreachableException;
import dev.holdfast.protocol.Lease;
import dev.holdfast.protocol.VersionSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service under the real jsvc, started by root to run as nobody. */
class JsvcTest {
    private static final Path JSVC = Path.of("/usr/bin/jsvc");
    private static final String USER = "nobody";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final long LONGEST_SECONDS = 60;

    @TempDir
    private static Path installation;

    private static String classPath = "";

    @TempDir
    private Path directory;

    @BeforeAll
    static void installForEveryone() throws IOException {
        assumeTrue(Files.isExecutable(JSVC), "jsvc is not installed; it comes with Debian's package jsvc");
        assumeTrue("root".equals(System.getProperty("user.name")), "only root can start a service as another user");
        openToEveryone(installation);
        classPath = InstalledClasses.copyTo(installation);
    }

    @BeforeEach
    void makeDirectories() throws IOException {
        openToEveryone(directory);
        new LinearSample("linear", 16, 8, false).writeTo(directory.resolve("models"));
        UserPrincipal nobody =
                directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER);
        for (String owned : List.of("run", "state")) {
            Files.setOwner(Files.createDirectory(directory.resolve(owned)), nobody);
        }
    }

    private static void openToEveryone(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @AfterEach
    void killWhatIsLeft() throws IOException {
        if (Files.exists(pidFile())) {
            ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @AfterAll
    static void forgetInstallation() {
        classPath = "";
    }

    private Path socket() {
        return directory.resolve("run/weights.sock");
    }

    private Path pidFile() {
        return directory.resolve("service.pid");
    }

    private long pid() throws IOException {
        return Long.parseLong(Files.readString(pidFile()).strip());
    }

    @Test
    void runsAsAnotherUserAndStopsOnRequest() throws Exception {
        start();

        try (HolderClient client = HolderClient.connect(socket(), LIMIT)) {
            assertThat(client.status().pid()).isEqualTo(pid());
        }
        assertThat(Files.readAllLines(Path.of("/proc", Long.toString(pid()), "status")))
                .filteredOn(line -> line.startsWith("Uid:"))
                .singleElement()
                .asString()
                .matches("Uid:(\\s+" + Files.getAttribute(directory.resolve("state"), "unix:uid") + "){4}");

        long pid = pid();
        assertThat(jsvc("-stop", HolderDaemon.class.getName())).as(log()).isZero();
        awaitEnd(pid);
        assertThat(socket()).doesNotExist();
    }

    @Test
    void secondStartAdoptsWhatTheFirstLoaded() throws Exception {
        start("--load", "linear");
        leaseOnce();
        long first = pid();
        assertThat(ProcessHandle.of(first).orElseThrow().destroy()).isTrue();
        awaitEnd(first);
        assertThat(socket()).as("after SIGTERM").doesNotExist();

        start();
        leaseOnce();

        try (HolderClient client = HolderClient.connect(socket(), LIMIT)) {
            assertThat(client.status().counters())
                    .containsEntry("holder.versions.adopted", 1L)
                    .containsEntry("holder.versions.loaded", 0L);
        }
        long second = pid();
        jsvc("-stop", HolderDaemon.class.getName());
        awaitEnd(second);
    }

    @Test
    void wrongArgumentsFailTheStart() throws Exception {
        assertThat(jsvc("-wait", "20", HolderDaemon.class.getName(), "--layout", "foo"))
                .isNotZero();

        assertThat(log()).contains("known: packed, sealed");
    }

    private void leaseOnce() {
        try (HolderClient client = HolderClient.connect(socket(), LIMIT);
                Lease lease = client.lease(
                        "linear", VersionSelector.exactly(1), Duration.ofSeconds(LONGEST_SECONDS), Optional.empty())) {
            assertThat(lease.manifest().model()).isEqualTo("linear");
        }
    }

    private void start(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                HolderDaemon.class.getName(),
                "--models",
                directory.resolve("models").toString(),
                "--state",
                directory.resolve("state").toString(),
                "--socket",
                socket().toString()));
        arguments.addAll(List.of(more));
        assertThat(jsvc(arguments.toArray(String[]::new))).as(log()).isZero();
        awaitHolder();
    }

    private int jsvc(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                JSVC.toString(),
                "-home",
                System.getProperty("java.home"),
                "-user",
                USER,
                "-pidfile",
                pidFile().toString(),
                "-outfile",
                directory.resolve("service.log").toString(),
                "-errfile",
                "&1",
                "-cp",
                classPath,
                "-XX:+UseSerialGC"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        // jsvc 1.0.15 knows no --enable-native-access.
        builder.environment().put("JAVA_TOOL_OPTIONS", "--enable-native-access=ALL-UNNAMED");
        Process process = builder.start();
        assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS))
                .as("jsvc has ended")
                .isTrue();
        return process.exitValue();
    }

    private String log() throws IOException {
        Path log = directory.resolve("service.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private void awaitHolder() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (true) {
            try (HolderClient client = HolderClient.connect(socket(), LIMIT)) {
                assertThat(client.welcome().pid()).isPositive();
                return;
            } catch (HolderUnreachableException e) {
                assertThat(System.nanoTime())
                        .as("deadline for the holder; log: %s", log())
                        .isLessThan(deadline);
                Thread.sleep(50);
            }
        }
    }

    private void awaitEnd(long pid) throws Exception {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isPresent()) {
            process.get().onExit().get(LONGEST_SECONDS, TimeUnit.SECONDS);
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (Files.exists(pidFile())) {
            assertThat(System.nanoTime())
                    .as("deadline for jsvc's end; log: %s", log())
                    .isLessThan(deadline);
            Thread.sleep(50);
        }
    }
}
