package dev.holdfast.arbiter;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Workers out of the installation alone: {@code dev.holdfast.worker.WorkerMain}, a Jetty configured by code. */
final class EmbeddedWorkers implements WorkerLauncher {
    /** Not a class reference: the arbiter has no Jetty on its class path. */
    private static final String MAIN = "dev.holdfast.worker.WorkerMain";

    private final JavaCommand java;
    private final List<Path> classPath;
    private final Optional<Path> archive;
    private final Optional<Integer> firstPort;

    /** @param firstPort where workers can't share a socket, the port of worker 1; the next has the next */
    EmbeddedWorkers(JavaCommand java, List<Path> classPath, Optional<Path> archive, Optional<Integer> firstPort) {
        this.java = java;
        this.classPath = List.copyOf(classPath);
        this.archive = archive;
        this.firstPort = firstPort;
    }

    @Override
    public ProcessBuilder worker(int number) {
        List<String> command = new ArrayList<>();
        command.add(JavaCommand.binary());
        // Newer JVMs call it an error that part of their own archive does not suit native access; nothing is lost by
        // it.
        archive.ifPresent(file -> command.addAll(List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off")));
        command.addAll(java.allOptions());
        firstPort.ifPresent(port -> command.add("-Dholdfast.worker.port=" + (port + number - 1)));
        command.addAll(List.of("-cp", Installation.joined(classPath), MAIN));
        return new ProcessBuilder(command);
    }

    /** The run that a class-data archive is made of: start, a request, and the end. */
    static List<String> training(JavaCommand java, List<Path> classPath, Path archive) {
        List<String> command = new ArrayList<>();
        command.add(JavaCommand.binary());
        command.add("-XX:ArchiveClassesAtExit=" + archive);
        command.addAll(java.allOptions());
        command.addAll(List.of("-cp", Installation.joined(classPath), MAIN, "--train"));
        return command;
    }
}
