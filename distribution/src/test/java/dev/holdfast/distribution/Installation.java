package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The assembled installation, in the hands of one user: a directory with models, state and socket. */
record Installation(Path user) {
    static final Path HOME = Path.of(System.getProperty("holdfast.installation"));

    Path socket() {
        return user.resolve("run/weights.sock");
    }

    Path models() {
        return user.resolve("models");
    }

    /** What every process of the user has in its environment; all of them use the Java that runs the tests. */
    Map<String, String> environment() {
        return Map.of(
                "JAVA_HOME",
                System.getProperty("java.home"),
                "HOLDFAST_SOCKET",
                socket().toString(),
                "JDK_JAVA_OPTIONS",
                "--enable-native-access=ALL-UNNAMED");
    }

    private static List<String> command(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/holdfast").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a {@code holdfast} command that must succeed. */
    void run(String... arguments) throws Exception {
        try (ChildProcess process = start("holdfast " + arguments[0], arguments)) {
            int code = process.waitFor();
            assertThat(code).as(process.log()).isZero();
        }
    }

    ChildProcess start(String name, String... arguments) throws IOException {
        return ChildProcess.start(name, user.resolve(arguments[0] + ".log"), environment(), command(arguments));
    }

    /** A holder that serves the user's models, all loaded. */
    ChildProcess startHolder() throws Exception {
        ChildProcess holder = start(
                "the holder",
                "daemon",
                "--models",
                models().toString(),
                "--state",
                user.resolve("state").toString(),
                "--load-all");
        holder.await("ready", () -> holder.log().contains("ready: holder"));
        return holder;
    }

    /** Asserts that there was one load since the holder has started, whoever came and went. */
    void assertLoadedOnce(ChildProcess holder) {
        assertThat(holder.log().split("Loader: published", -1))
                .as("one load: " + holder.log())
                .hasSize(2);
    }
}
