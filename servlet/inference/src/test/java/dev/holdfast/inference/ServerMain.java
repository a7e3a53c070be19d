package dev.holdfast.inference;

import java.util.Map;
import java.util.Optional;

/** A worker process with a container in it: says its port once it is ready, and waits to be killed. */
public final class ServerMain {
    private ServerMain() {}

    /** Arguments: container, the holder's socket, the model to serve. */
    public static void main(String[] arguments) throws Exception {
        Map<String, String> settings = Map.of("holdfast.socket", arguments[1], "holdfast.models", arguments[2]);
        try (Container.Running running = Container.valueOf(arguments[0]).start(settings, Optional.empty())) {
            Client client = new Client(running.uri());
            TestModels.await(() -> client.get("/v2/health/ready").status() == 200, "readiness");
            System.out.println(running.uri().getPort());
            System.out.flush();
            Thread.sleep(Long.MAX_VALUE);
        }
    }
}
