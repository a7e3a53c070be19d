package dev.holdfast.daemon.cli;

import java.util.List;

/**
 * Brings subcommands to {@code holdfast} from other jars; found by {@link java.util.ServiceLoader}.
 *
 * <p>They report failures by throwing, as those of this package do; an exception that is a
 * {@link picocli.CommandLine.IExitCodeGenerator} says its exit code, any other means {@link ExitCode#FAILED}. Durations are
 * read as everywhere: {@code 30s}, {@code 10m}, {@code 2h}.
 */
public interface CommandProvider {
    /** New objects with picocli's {@code @Command}, for one command line. */
    List<Object> commands();
}
