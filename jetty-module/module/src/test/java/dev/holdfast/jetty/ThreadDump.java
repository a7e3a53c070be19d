package dev.holdfast.jetty;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The threads of another JVM, as {@code jcmd PID Thread.print} prints them. */
final class ThreadDump {
    private ThreadDump() {}

    static String of(ProcessHandle jvm) {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        try {
            Process process = new ProcessBuilder(jcmd, Long.toString(jvm.pid()), "Thread.print")
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("jcmd can't be run; these tests need a JDK", e);
        }
    }
}
