package dev.holdfast.arbiter;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.ControlMessage.WorkerHello;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.StartStage;
import dev.holdfast.control.WorkerEnvironment;

/**
 * A worker's process without a server: says that it listens. With the argument {@code leave} it then ends its link and lives on;
 * otherwise it holds its life lock and obeys nobody.
 */
final class SilentWorker {
    private SilentWorker() {}

    public static void main(String[] arguments) throws Exception {
        WorkerEnvironment environment = WorkerEnvironment.ofThisProcess().orElseThrow();
        boolean leaves = arguments[0].equals("leave");
        if (!leaves) {
            LifeLock.hold(environment.lifeFile());
        }
        try (ControlConnection link = ControlConnection.connect(environment.socket())) {
            link.send(new WorkerHello(
                    ControlMessage.VERSION,
                    environment.token(),
                    ProcessHandle.current().pid()));
            link.send(new StageReached(StartStage.LISTENING, 1));
            if (!leaves) {
                Thread.currentThread().join();
            }
        }
        Thread.currentThread().join();
    }
}
