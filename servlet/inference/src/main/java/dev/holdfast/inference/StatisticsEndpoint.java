package dev.holdfast.inference;

import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.VersionStatistics;
import dev.holdfast.engine.VersionStatistics.BatchStatistics;
import dev.holdfast.engine.VersionStatistics.Timed;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;

/**
 * What this process has counted (Triton's statistics extension). Beside what Triton has, each model says its counter,
 * which all workers of the machine share.
 */
final class StatisticsEndpoint {
    private final Models models;

    StatisticsEndpoint(Models models) {
        this.models = models;
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.add(new Route("GET", "/v2/models/stats", Endpoint.of(call -> all())));
        routes.addAll(Route.versioned("GET", "/v2/models/{model}/stats", Endpoint.of(this::one)));
        return routes;
    }

    private Reply all() {
        return reply(models.names().stream().map(models::get).toList(), OptionalLong.empty());
    }

    private Reply one(Call call) {
        Model model = models.get(call.model());
        OptionalLong version = call.version();
        if (version.isPresent() && counted(model, version).isEmpty()) {
            // Nothing was counted: if it does not serve either, this is what says so.
            model.version(version.getAsLong());
        }
        return reply(List.of(model), version);
    }

    private static Reply reply(List<Model> asked, OptionalLong version) {
        return Reply.json(out -> {
            out.writeStartObject();
            out.writeArrayPropertyStart("model_stats");
            for (Model model : asked) {
                long counter = model.counter();
                counted(model, version).forEach(counted -> write(out, counted, counter));
            }
            out.writeEndArray();
            out.writeEndObject();
        });
    }

    private static List<VersionStatistics> counted(Model model, OptionalLong version) {
        Stream<VersionStatistics> all = model.statistics().stream();
        return all.filter(one -> version.isEmpty() || one.version() == version.getAsLong())
                .toList();
    }

    private static void write(JsonGenerator out, VersionStatistics counted, long counter) {
        out.writeStartObject();
        out.writeStringProperty("name", counted.model());
        out.writeStringProperty("version", Long.toString(counted.version()));
        out.writeNumberProperty("last_inference", counted.lastInferenceMillis());
        out.writeNumberProperty("inference_count", counted.inferenceCount());
        out.writeNumberProperty("execution_count", counted.executionCount());
        out.writeNumberProperty("counter", counter);
        out.writeObjectPropertyStart("inference_stats");
        write(out, "success", counted.success().timed());
        write(out, "fail", counted.fail());
        write(out, "queue", counted.queue().timed());
        write(out, "compute_input", counted.computeInput().timed());
        write(out, "compute_infer", counted.computeInfer().timed());
        write(out, "compute_output", counted.computeOutput().timed());
        write(out, "cache_hit", Timed.NONE);
        write(out, "cache_miss", Timed.NONE);
        out.writeEndObject();
        out.writeArrayPropertyStart("batch_stats");
        counted.batches().forEach(batch -> write(out, batch));
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, BatchStatistics batch) {
        out.writeStartObject();
        out.writeNumberProperty("batch_size", batch.batchSize());
        write(out, "compute_input", batch.computeInput());
        write(out, "compute_infer", batch.computeInfer());
        write(out, "compute_output", batch.computeOutput());
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, String name, Timed timed) {
        out.writeObjectPropertyStart(name);
        out.writeNumberProperty("count", timed.count());
        out.writeNumberProperty("ns", timed.nanos());
        out.writeEndObject();
    }
}
