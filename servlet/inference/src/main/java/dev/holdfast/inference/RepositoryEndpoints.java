package dev.holdfast.inference;

import dev.holdfast.engine.Models;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * The holder's models (Triton's model repository extension). A load takes as long as it takes, so a few threads of its own
 * wait for the holder; while all of them do, further requests are refused with 429.
 */
final class RepositoryEndpoints implements AutoCloseable {
    private static final int MOST_AT_ONCE = 4;
    private static final long IDLE_SECONDS = 10;

    private final Models models;
    private final Settings settings;
    private final Json json;
    private final ThreadPoolExecutor waiting = new ThreadPoolExecutor(
            0, MOST_AT_ONCE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), RepositoryEndpoints::thread);

    RepositoryEndpoints(Models models, Settings settings) {
        this.models = models;
        this.settings = settings;
        this.json = new Json(settings.limits());
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "holdfast-repository");
        thread.setDaemon(true);
        return thread;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/v2/repository/index", this::index),
                new Route("POST", "/v2/repository/models/{model}/load", this::load),
                new Route("POST", "/v2/repository/models/{model}/unload", this::unload));
    }

    private void index(Call call) {
        requireOn();
        ask(call, (holder, parameters) -> {
            boolean readyOnly = parameters.flag("ready").orElse(false);
            return readyOnly ? ready(holder.list()) : all(holder.list(), holder.repository());
        });
    }

    private void load(Call call) {
        requireRole(call);
        ask(call, (holder, parameters) -> {
            requireNoOverride(parameters);
            holder.load(call.model(), Optional.empty(), false);
            return Reply.empty();
        });
    }

    private static void requireNoOverride(Parameters parameters) {
        if (parameters.has("config") || !parameters.startingWith("file:").isEmpty()) {
            throw RequestRefusedException.malformed(
                    "a configuration or files in the request (\"config\", \"file:...\") are"
                            + " not supported; change the model in the holder's repository");
        }
    }

    /** No model here has dependents, so {@code unload_dependents} makes no difference. */
    private void unload(Call call) {
        requireRole(call);
        ask(call, (holder, parameters) -> {
            holder.unload(call.model(), Optional.empty(), true);
            return Reply.empty();
        });
    }

    private void requireOn() {
        if (!settings.repository()) {
            throw new RequestRefusedException(
                    403, "the model repository extension is off; " + Setting.REPOSITORY.key() + "=on turns it on");
        }
    }

    private void requireRole(Call call) {
        requireOn();
        String role = settings.repositoryRole();
        if (!role.equals(Settings.ANYONE) && !call.exchange().request().isUserInRole(role)) {
            throw new RequestRefusedException(403, "loading and unloading need role '" + role + "'");
        }
    }

    /** What a thread of this class asks the holder. */
    private interface Question {
        Reply ask(HolderClient holder, Parameters parameters);
    }

    private void ask(Call call, Question question) {
        Exchange exchange = call.exchange();
        exchange.read(settings.limits().bodyBytes(), body -> {
            Parameters parameters = parameters(body);
            submit(exchange, () -> {
                try (HolderClient holder = models.holder()) {
                    exchange.reply(question.ask(holder, parameters));
                } catch (RuntimeException e) {
                    exchange.fail(e);
                }
            });
        });
    }

    private void submit(Exchange exchange, Runnable work) {
        try {
            waiting.execute(work);
        } catch (RejectedExecutionException e) {
            exchange.fail(new RequestRefusedException(
                    429, MOST_AT_ONCE + " repository requests are under way; try again later", e));
        }
    }

    /** Members of the body's object, and of the {@code parameters} in it; none if there is no body. */
    private Parameters parameters(Body body) {
        if (body.sizeBytes() == 0) {
            return Parameters.NONE;
        }
        try (JsonParser parser = json.parser(body, 0, body.sizeBytes())) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw RequestRefusedException.malformed("the body must be a JSON object");
            }
            return Parameters.readWithNested(parser, "parameters");
        } catch (JacksonException e) {
            throw Json.refusal(e);
        }
    }

    private static Reply ready(List<ModelListing> models) {
        return index(models, Set.of(), version -> version.state() == VersionState.PUBLISHED);
    }

    /** What the holder has, and by name alone, as Triton does, what only the repository has. */
    private static Reply all(List<ModelListing> models, List<String> repository) {
        Set<String> others = new LinkedHashSet<>(repository);
        models.forEach(model -> others.remove(model.name()));
        return index(models, others, version -> true);
    }

    private static Reply index(List<ModelListing> models, Set<String> others, Predicate<VersionSummary> wanted) {
        return Reply.json(out -> {
            out.writeStartArray();
            for (ModelListing model : models) {
                model.versions().stream().filter(wanted).forEach(version -> write(out, model.name(), version));
            }
            for (String name : others) {
                out.writeStartObject();
                out.writeStringProperty("name", name);
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, String model, VersionSummary version) {
        out.writeStartObject();
        out.writeStringProperty("name", model);
        out.writeStringProperty("version", Long.toString(version.version()));
        out.writeStringProperty("state", state(version.state()));
        out.writeStringProperty("reason", version.reason().orElse(""));
        out.writeEndObject();
    }

    /** Triton's words for a model's state ({@code ModelReadyState}). */
    private static String state(VersionState state) {
        return switch (state) {
            case PUBLISHED -> "READY";
            case LOADING, ADOPTING -> "LOADING";
            case DRAINING -> "UNLOADING";
            case CORRUPT, LOST, RETIRED -> "UNAVAILABLE";
        };
    }

    /** Ends the threads; requests under way are given up. */
    @Override
    public void close() {
        waiting.shutdownNow();
    }
}
