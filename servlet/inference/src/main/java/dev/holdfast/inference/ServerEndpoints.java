package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import dev.holdfast.engine.Readiness;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** The server's own endpoints (Open Inference Protocol: "Server Live", "Server Ready", "Server Metadata"). */
final class ServerEndpoints {
    private static final String NAME = "holdfast";

    private final Models models;
    private final List<String> extensions;
    private final String version = version();

    /** @param repository whether the model repository extension is on */
    ServerEndpoints(Models models, boolean repository) {
        this.models = models;
        List<String> all =
                new ArrayList<>(List.of("binary_tensor_data", "model_configuration", "schedule_policy", "statistics"));
        if (repository) {
            all.add("model_repository");
        }
        this.extensions = List.copyOf(all);
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/v2", Endpoint.of(call -> metadata())),
                new Route("GET", "/v2/health/live", Endpoint.of(call -> live())),
                new Route("GET", "/v2/health/ready", Endpoint.of(call -> ready())));
    }

    private Reply metadata() {
        return Reply.json(out -> {
            out.writeStartObject();
            out.writeStringProperty("name", NAME);
            out.writeStringProperty("version", version);
            Documents.writeStrings(out, "extensions", extensions);
            out.writeEndObject();
        });
    }

    private static Reply live() {
        return Reply.json(out -> {
            out.writeStartObject();
            out.writeBooleanProperty("live", true);
            out.writeEndObject();
        });
    }

    /** The specification's text calls the property "live", servers call it "ready": both are there. */
    private Reply ready() {
        Readiness readiness = models.readiness();
        return Reply.json(readiness.ready() ? 200 : 503, Map.of(), out -> {
            out.writeStartObject();
            out.writeBooleanProperty("live", true);
            out.writeBooleanProperty("ready", readiness.ready());
            if (!readiness.ready()) {
                out.writeStringProperty("error", readiness.reason());
            }
            out.writeEndObject();
        });
    }

    private static String version() {
        try (InputStream in = ServerEndpoints.class.getResourceAsStream("release.properties")) {
            Properties release = new Properties();
            if (in != null) {
                release.load(in);
            }
            return release.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("release.properties can't be read", e);
        }
    }
}
