package dev.holdfast.worker;

import dev.holdfast.engine.Models;
import dev.holdfast.jetty.HoldfastLifeCycle;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Loads the classes that a worker needs, for a class-data archive: a start without waiting for a holder, and requests. */
final class TrainingRun {
    private TrainingRun() {}

    static void run() throws Exception {
        System.setProperty("holdfast.attach.timeout", "0");
        System.setProperty("holdfast.required", "false");
        Models.rehearse();
        HoldfastLifeCycle models = HoldfastLifeCycle.attaching();
        Server server = WorkerServer.onPort(0);
        server.addEventListener(models);
        server.start();
        int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
        ask(port, "GET /v2/health/ready HTTP/1.1\r\nHost: train\r\nConnection: close\r\n\r\n");
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        ask(
                port,
                "POST /v2/models/none/infer HTTP/1.1\r\nHost: train\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
        server.stop();
    }

    private static void ask(int port, String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }
}
