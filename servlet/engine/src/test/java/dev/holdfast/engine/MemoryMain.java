package dev.holdfast.engine;

import dev.holdfast.daemon.sample.MiniLmSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Says by how much serving MiniLM, one inference included, makes this process's private memory grow, in bytes. */
public final class MemoryMain {
    private MemoryMain() {}

    /** Argument: root directory as {@link TestHolder} lays it out. */
    public static void main(String[] arguments) throws Exception {
        TestHolder holder = new TestHolder(Path.of(arguments[0]));
        try (Models small = Models.open(holder.engine().withModels(Set.of("bias")))) {
            // Classes, compiled code and heap that serving takes in any case.
            small.awaitReady(TestHolder.LIMIT);
            small.get("bias").infer(InferenceRequest.of(TestModels.row(1, 4)));
        }
        long before = privateBytes();
        try (Models models = Models.open(holder.engine().withModels(Set.of(MiniLmSample.NAME)))) {
            models.awaitReady(TestHolder.LIMIT);
            models.get(MiniLmSample.NAME).infer(InferenceRequest.of(MiniLmTest.request(Shape.of(1, 16))));
            System.out.println(privateBytes() - before);
            System.out.flush();
        }
    }

    /** RssAnon of proc_pid_status(5). */
    private static long privateBytes() throws IOException {
        System.gc();
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}
