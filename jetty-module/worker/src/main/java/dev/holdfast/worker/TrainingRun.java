package dev.holdfast.worker;

import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlSocket;
import dev.holdfast.control.LifeLock;
import dev.holdfast.control.WorkerEnvironment;
import dev.holdfast.engine.Models;
import dev.holdfast.jetty.HoldfastLifeCycle;
import dev.holdfast.protocol.HolderException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the classes that a worker needs, for a class-data archive: a start with an arbiter of its own, requests, and all classes
 * of ours in case that no holder answers, or has no model yet, or has them on another kind of device.
 */
final class TrainingRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);

    /** For the models of a holder that answers; as long as a worker waits. */
    private static final Duration MODELS_LIMIT = Duration.ofSeconds(10);

    private TrainingRun() {}

    static void run() throws Exception {
        System.setProperty("holdfast.attach.timeout", "0");
        System.setProperty("holdfast.required", "false");
        WorkerClasses.load();
        Models.rehearse();
        Path directory = Files.createTempDirectory("holdfast-train");
        try (ControlSocket control = ControlSocket.bind(directory.resolve("control.sock"))) {
            serve(control);
        } finally {
            Files.delete(directory);
        }
    }

    private static void serve(ControlSocket control) throws Exception {
        HoldfastLifeCycle models = HoldfastLifeCycle.attaching();
        Server server = WorkerServer.onPort(0);
        server.addEventListener(models);
        link(server, control);
        server.start();
        awaitModels(server);
        askAll(((ServerConnector) server.getConnectors()[0]).getLocalPort());
        server.stop();
    }

    /** The link stays open until the process ends: its end would end the process. */
    private static void link(Server server, ControlSocket control) throws IOException {
        WorkerEnvironment environment = new WorkerEnvironment(control.path(), "train", 1, Duration.ZERO);
        // That which makes it holds on to it as well, and on no platform but Linux is there one.
        LOG.debug("life lock: {}", LifeLock.create(environment.lifeFile()).isPresent());
        Thread arbiter = new Thread(() -> listen(control), "holdfast-train");
        arbiter.setDaemon(true);
        arbiter.start();
        ArbiterLink.attach(server, new Retirement(server), environment);
    }

    private static void listen(ControlSocket control) {
        try {
            ControlConnection connection = control.accept();
            while (connection.receive().isPresent()) {
                LOG.debug("the worker says something");
            }
        } catch (IOException e) {
            LOG.debug("the link has ended", e);
        }
    }

    private static void awaitModels(Server server) throws InterruptedException {
        if (server.getAttribute(Models.ATTRIBUTE) instanceof Models models && holderAnswers(models)) {
            LOG.info("models={}", models.awaitReady(MODELS_LIMIT));
        }
    }

    /** Asked anew: the first attempt, while all is being loaded, may have taken longer than it had. */
    private static boolean holderAnswers(Models models) {
        try {
            models.holder().close();
            return true;
        } catch (HolderException e) {
            LOG.debug("no holder", e);
            return false;
        }
    }

    private static void askAll(int port) throws IOException {
        ask(port, "GET /v2/health/ready HTTP/1.1\r\nHost: train\r\nConnection: close\r\n\r\n");
        String body = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1],\"datatype\":\"FP32\",\"data\":[1]}]}";
        ask(
                port,
                "POST /v2/models/none/infer HTTP/1.1\r\nHost: train\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
    }

    private static void ask(int port, String request) throws IOException {
        try (Socket socket = new Socket("localhost", port)) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().readAllBytes();
        }
    }
}
