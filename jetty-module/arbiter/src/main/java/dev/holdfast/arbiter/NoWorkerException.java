package dev.holdfast.arbiter;

import dev.holdfast.daemon.cli.ExitCode;
import picocli.CommandLine.IExitCodeGenerator;

/** None of the first workers came to serve: whatever is wrong will not go away by trying again. */
final class NoWorkerException extends RuntimeException implements IExitCodeGenerator {
    private static final long serialVersionUID = 1L;

    NoWorkerException(String message) {
        super(message);
    }

    @Override
    public int getExitCode() {
        return ExitCode.NO_WORKER;
    }
}
