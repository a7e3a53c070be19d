package dev.holdfast.onnxruntime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A fresh JVM of the kind that runs the tests, and what it printed. */
record ChildJvm(int exitCode, String output) {
    private static final int DEADLINE_SECONDS = 120;

    /** The command line of {@code main} in a small JVM. */
    static List<String> command(List<String> jvmArguments, Class<?> main, Object... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-cp",
                System.getProperty("java.class.path")));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(jvmArguments);
        command.add(main.getName());
        command.addAll(Stream.of(arguments).map(Object::toString).collect(Collectors.toList()));
        return command;
    }

    static ChildJvm run(List<String> jvmArguments, Class<?> main, Object... arguments) throws Exception {
        return run(command(jvmArguments, main, arguments), Map.of());
    }

    static ChildJvm run(List<String> command, Map<String, String> environment) throws Exception {
        Path directory = Files.createTempDirectory("child-jvm");
        Path output = directory.resolve("output");
        try {
            return await(start(command, environment, output), output);
        } finally {
            Files.delete(output);
            Files.delete(directory);
        }
    }

    static Process start(List<String> command, Map<String, String> environment, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.directory(output.resolveSibling("").toFile());
        return builder.redirectOutput(output.toFile()).start();
    }

    static ChildJvm await(Process process, Path output) throws Exception {
        if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("no end after " + DEADLINE_SECONDS + " s: " + Files.readString(output));
        }
        return new ChildJvm(process.exitValue(), Files.readString(output));
    }

    /** The number printed as {@code name=number}. */
    long number(String name) {
        return output.lines()
                .filter(line -> line.startsWith(name + "="))
                .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in: " + output));
    }
}
