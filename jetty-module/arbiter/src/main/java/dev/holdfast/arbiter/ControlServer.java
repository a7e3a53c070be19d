package dev.holdfast.arbiter;

import dev.holdfast.control.Action;
import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlMessage.Command;
import dev.holdfast.control.ControlMessage.OperatorHello;
import dev.holdfast.control.ControlMessage.WorkerHello;
import dev.holdfast.control.ControlSocket;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the control socket: a thread accepts, one for each connection reads it and hands what was said to the arbiter's
 * thread. A connection that says nonsense is closed; nothing else happens to it.
 */
final class ControlServer {
    private static final Logger LOG = LoggerFactory.getLogger(ControlServer.class);

    private final ControlSocket socket;
    private final Arbiter arbiter;
    private final Function<Action, Answer> actions;

    /** @param actions runs in the arbiter's thread */
    ControlServer(ControlSocket socket, Arbiter arbiter, Function<Action, Answer> actions) {
        this.socket = socket;
        this.arbiter = arbiter;
        this.actions = actions;
    }

    void start() {
        startThread("control", this::accept);
    }

    private static void startThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                ControlConnection connection = socket.accept();
                startThread("control-connection", () -> serve(connection));
            }
        } catch (IOException e) {
            LOG.debug("the control socket is closed", e);
        }
    }

    private void serve(ControlConnection connection) {
        try (connection) {
            Optional<ControlMessage> hello = connection.receive();
            if (hello.isEmpty()) {
                return;
            }
            if (hello.get() instanceof WorkerHello worker && worker.version() == ControlMessage.VERSION) {
                serveWorker(worker.token(), connection);
            } else if (hello.get() instanceof OperatorHello operator && operator.version() == ControlMessage.VERSION) {
                serveOperator(connection);
            } else {
                connection.send(new Answer(
                        false,
                        "the arbiter speaks version " + ControlMessage.VERSION
                                + " of the control messages; use the holdfast of its installation"));
            }
        } catch (IOException e) {
            LOG.warn("a control connection is closed: {}", e.toString());
        }
    }

    private void serveWorker(String token, ControlConnection connection) throws IOException {
        CompletableFuture<Boolean> known = new CompletableFuture<>();
        arbiter.post(() -> known.complete(arbiter.linked(token, connection)));
        if (!known.join()) {
            LOG.warn("somebody with an unknown token is no worker");
            return;
        }
        try {
            Optional<ControlMessage> message = connection.receive();
            while (message.isPresent()) {
                ControlMessage said = message.get();
                arbiter.post(() -> arbiter.said(token, said));
                message = connection.receive();
            }
        } finally {
            arbiter.post(() -> arbiter.lost(token));
        }
    }

    private void serveOperator(ControlConnection connection) throws IOException {
        Optional<ControlMessage> message = connection.receive();
        if (message.isPresent() && message.get() instanceof Command command) {
            CompletableFuture<Answer> answer = new CompletableFuture<>();
            arbiter.post(() -> answer.complete(actions.apply(command.action())));
            connection.send(answer.join());
        }
    }
}
