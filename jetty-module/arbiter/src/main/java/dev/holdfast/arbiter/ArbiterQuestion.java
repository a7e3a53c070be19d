package dev.holdfast.arbiter;

import dev.holdfast.control.Action;
import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlMessage.Command;
import dev.holdfast.control.ControlMessage.OperatorHello;
import dev.holdfast.daemon.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.IExitCodeGenerator;

/** One question to a running arbiter. */
final class ArbiterQuestion {
    private ArbiterQuestion() {}

    /** There is no answer, or it is no. */
    static final class NoAnswerException extends RuntimeException implements IExitCodeGenerator {
        private static final long serialVersionUID = 1L;

        private final int code;

        private NoAnswerException(int code, String message, Throwable cause) {
            super(message, cause);
            this.code = code;
        }

        private NoAnswerException(String message) {
            super(message);
            this.code = ExitCode.FAILED;
        }

        @Override
        public int getExitCode() {
            return code;
        }
    }

    /** @throws NoAnswerException if no arbiter answers, or it refuses */
    static Answer ask(Path control, Action action) {
        try (ControlConnection connection = ControlConnection.connect(control)) {
            connection.send(new OperatorHello(ControlMessage.VERSION));
            connection.send(new Command(action));
            ControlMessage reply =
                    connection.receive().orElseGet(() -> new Answer(false, "the arbiter ended meanwhile"));
            if (reply instanceof Answer answer && answer.done()) {
                return answer;
            }
            throw new NoAnswerException(reply instanceof Answer answer ? answer.text() : "the arbiter says nonsense");
        } catch (IOException e) {
            throw new NoAnswerException(
                    ExitCode.UNREACHABLE,
                    "no arbiter answers on " + control + " (" + e.getMessage()
                            + "); start one with `holdfast serve`, or name its socket with --control",
                    e);
        }
    }
}
