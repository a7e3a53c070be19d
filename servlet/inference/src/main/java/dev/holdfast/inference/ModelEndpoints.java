package dev.holdfast.inference;

import dev.holdfast.engine.Model;
import dev.holdfast.engine.ModelVersion;
import dev.holdfast.engine.Models;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a model says of itself (Open Inference Protocol: "Model Metadata", "Model Ready"; Triton's model configuration
 * extension).
 */
final class ModelEndpoints {
    private final Models models;

    ModelEndpoints(Models models) {
        this.models = models;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(Route.versioned("GET", "/v2/models/{model}", Endpoint.of(this::metadata)));
        routes.addAll(Route.versioned("GET", "/v2/models/{model}/ready", Endpoint.of(this::ready)));
        routes.addAll(Route.versioned("GET", "/v2/models/{model}/config", Endpoint.of(this::config)));
        return routes;
    }

    private ModelVersion version(Call call) {
        Model model = models.get(call.model());
        OptionalLong version = call.version();
        return version.isPresent() ? model.version(version.getAsLong()) : model.version();
    }

    private Reply metadata(Call call) {
        ModelVersion version = version(call);
        List<String> numbers = models.get(call.model()).versions().stream()
                .map(String::valueOf)
                .toList();
        return Reply.json(out -> {
            out.writeStartObject();
            out.writeStringProperty("name", version.model());
            Documents.writeStrings(out, "versions", numbers);
            out.writeStringProperty("platform", version.platform());
            Documents.writeTensors(out, "inputs", version.inputs());
            Documents.writeTensors(out, "outputs", version.outputs());
            out.writeEndObject();
        });
    }

    private Reply ready(Call call) {
        Model model = models.get(call.model());
        OptionalLong version = call.version();
        boolean ready = version.isPresent() ? model.ready(version.getAsLong()) : model.ready();
        return Reply.json(ready ? 200 : 503, Map.of(), out -> {
            out.writeStartObject();
            out.writeStringProperty("name", model.name());
            out.writeBooleanProperty("ready", ready);
            if (!ready) {
                out.writeStringProperty(
                        "error", "model '" + model.name() + "' is not ready; versions that serve: " + model.versions());
            }
            out.writeEndObject();
        });
    }

    private Reply config(Call call) {
        ConfigDocument document = new ConfigDocument(version(call));
        return Reply.json(document::write);
    }
}
