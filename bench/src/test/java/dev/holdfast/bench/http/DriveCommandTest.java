package dev.holdfast.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@Timeout(120)
class DriveCommandTest {
    @TempDir
    Path directory;

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                DriveCommand.class.getName(),
                "--warmup=0.2",
                "--seconds=0.5",
                "--json"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(output().toFile())
                .redirectError(directory.resolve("errors").toFile())
                .start();
        assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    private Path output() {
        return directory.resolve("output");
    }

    @Test
    void reportsEveryPhaseAndExitsWithZero() throws Exception {
        try (JettyServer server = new JettyServer()) {
            int exit = run("--url=" + server.url("/"), "--connections=3", "--body=linear:1000", "--binary", "--same");
            assertThat(exit).isZero();
            assertThat(Files.readAllLines(output()))
                    .hasSize(3)
                    .element(1)
                    .asString()
                    .startsWith("{\"phase\":\"measured\",\"seconds\":")
                    .contains("\"p99_ms\":", "\"failures\":{\"refused\":0,");
        }
    }

    @Test
    void failuresMakeItExitWithOne() throws Exception {
        try (JettyServer server = new JettyServer()) {
            assertThat(run("--url=" + server.url("/busy"))).isOne();
            assertThat(Files.readString(directory.resolve("errors"))).contains("bad_status: status 503");
        }
    }
}
