package dev.holdfast.daemon.holder;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The command line of a JVM like this one: its class path and Holdfast's system properties. */
public final class ChildCommand {
    private ChildCommand() {}

    /**
     * A command line, to which arguments may be added.
     *
     * @param entry the class with {@code main}
     * @param jvmOptions further options of the JVM; they win over those that are passed on
     */
    public static List<String> of(Class<?> entry, List<String> jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("holdfast."))
                .sorted()
                .forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", absoluteClassPath(), entry.getName()));
        return command;
    }

    /** jsvc changes the working directory, and relative entries would point elsewhere. */
    private static String absoluteClassPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
