package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.sample.SampleException;
import dev.holdfast.protocol.ConnectionLostException;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.HolderUnreachableException;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExitCodeGenerator;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Turns what a command throws into one sentence on standard error and an {@link ExitCode}. */
final class ErrorReport implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorReport.class);

    @Override
    public int handleParseException(ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String sentence = String.valueOf(failure.getMessage()).replaceFirst("^Error: ", "");
        say(command, sentence + "; see `" + command.getCommandSpec().qualifiedName() + " --help`", failure);
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
        say(command, sentence(failure), failure);
        return code(failure);
    }

    private static void say(CommandLine command, String sentence, Exception failure) {
        LOG.debug("{}", sentence, failure);
        command.getErr().println("holdfast: " + sentence.strip().replaceAll("\\s*\\R\\s*", "; "));
        command.getErr().flush();
    }

    private static int code(Exception failure) {
        if (failure instanceof IExitCodeGenerator says) {
            return says.getExitCode();
        }
        if (failure instanceof HolderUnreachableException || failure instanceof ConnectionLostException) {
            return ExitCode.UNREACHABLE;
        }
        if (failure instanceof RefusedException refused && refused.code() == RefusalCode.NOT_PERMITTED) {
            return ExitCode.NOT_PERMITTED;
        }
        return failure instanceof SampleException
                        || failure instanceof ArtifactException
                        || failure instanceof FileSystemException
                ? ExitCode.BAD_INPUT
                : ExitCode.FAILED;
    }

    private static String sentence(Exception failure) {
        if (failure instanceof NoSuchFileException missing) {
            return "there is no file or directory " + missing.getFile() + "; create it or name another one";
        }
        if (failure instanceof AccessDeniedException denied) {
            return "this user may not use " + denied.getFile() + "; change its permissions or name another one";
        }
        if (failure instanceof HolderException || failure instanceof IOException || failure.getMessage() != null) {
            return String.valueOf(failure.getMessage());
        }
        return "failed unexpectedly (" + failure + "); -Dholdfast.log.level=DEBUG in HOLDFAST_OPTS shows where";
    }
}
