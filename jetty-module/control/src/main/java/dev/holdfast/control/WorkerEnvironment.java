package dev.holdfast.control;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What the arbiter tells a worker in its environment.
 *
 * @param socket the arbiter's control socket
 * @param token the secret that the worker introduces itself with
 * @param number the worker's number, from 1
 * @param gracefulLimit how long the worker goes on for its connections if the arbiter dies
 */
public record WorkerEnvironment(Path socket, String token, int number, Duration gracefulLimit) {
    private static final String SOCKET = "HOLDFAST_CONTROL_SOCKET";
    private static final String TOKEN = "HOLDFAST_WORKER_TOKEN";
    private static final String NUMBER = "HOLDFAST_WORKER_NUMBER";
    /** The servlet's setting of that name: series of workers that share a port must differ. */
    private static final String METRICS_WORKER = "HOLDFAST_METRICS_WORKER";

    private static final String GRACEFUL_MILLIS = "HOLDFAST_WORKER_GRACEFUL_MILLIS";

    /** What is in this process's environment; empty if no arbiter started it. */
    public static Optional<WorkerEnvironment> ofThisProcess() {
        return of(System.getenv());
    }

    /** @throws IllegalArgumentException if a number is not one */
    static Optional<WorkerEnvironment> of(Map<String, String> variables) {
        String socket = variables.get(SOCKET);
        String token = variables.get(TOKEN);
        return socket == null || token == null
                ? Optional.empty()
                : Optional.of(new WorkerEnvironment(
                        Path.of(socket),
                        token,
                        Integer.parseInt(variables.getOrDefault(NUMBER, "0")),
                        Duration.ofMillis(Long.parseLong(variables.getOrDefault(GRACEFUL_MILLIS, "30000")))));
    }

    /** The file of the worker's {@link LifeLock}, in the control socket's directory. */
    public Path lifeFile() {
        return socket.resolveSibling("worker-" + token + ".life");
    }

    /** Puts it into the environment of a process to be started. */
    public void into(Map<String, String> variables) {
        variables.put(SOCKET, socket.toString());
        variables.put(TOKEN, token);
        variables.put(NUMBER, Integer.toString(number));
        variables.put(METRICS_WORKER, Integer.toString(number));
        variables.put(GRACEFUL_MILLIS, Long.toString(gracefulLimit.toMillis()));
    }
}
