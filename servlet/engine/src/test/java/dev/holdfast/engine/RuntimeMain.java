package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A worker process that says why it does not serve yet, a line for each reason, and once it does, {@code serves with} and the
 * library of ONNX Runtime that it has mapped.
 */
public final class RuntimeMain {
    private RuntimeMain() {}

    /** Arguments: root directory as {@link TestHolder} lays it out, model, and the build to use, if not the holder's. */
    public static void main(String[] arguments) throws Exception {
        // Inherited where the tests themselves run with a build for CUDA.
        System.setProperty(OnnxRuntime.PATH_PROPERTY, arguments.length > 2 ? arguments[2] : "");
        EngineConfig config = new TestHolder(Path.of(arguments[0])).engine().withModels(Set.of(arguments[1]));
        try (Models models = Models.open(config)) {
            String said = "";
            while (!models.readiness().ready()) {
                String reason = models.readiness().reason();
                if (!reason.equals(said)) {
                    say(reason);
                    said = reason;
                }
                Thread.sleep(10);
            }
            say("serves with " + mapped());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static String mapped() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.contains("/libonnxruntime.so"))
                    .map(line -> line.substring(line.indexOf('/')))
                    .distinct()
                    .reduce("", (one, other) -> one + other);
        }
    }
}
