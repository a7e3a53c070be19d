package dev.holdfast.arbiter;

import dev.holdfast.engine.HolderMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A holder in a process of its own; serving when constructed, killed when closed. */
final class HolderProcess implements AutoCloseable {
    private final Process process;

    private HolderProcess(Process process) {
        this.process = process;
    }

    /** @param root as {@link dev.holdfast.engine.TestHolder} lays it out */
    static HolderProcess start(Path root, String layout) throws IOException {
        Process process = new ProcessBuilder(
                        JavaCommand.binary(),
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HolderMain.class.getName(),
                        root.toString(),
                        layout)
                .redirectError(root.resolve("holder.log").toFile())
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        if (!"serving".equals(out.readLine())) {
            process.destroyForcibly();
            throw new AssertionError("the holder did not start");
        }
        return new HolderProcess(process);
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
