package dev.holdfast.inference;

import dev.holdfast.engine.InferenceRequest;
import dev.holdfast.engine.InferenceResponse;
import dev.holdfast.engine.Model;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Tensor;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Inference (Open Inference Protocol, "Inference"; Triton's binary tensor data and schedule policy extensions). The
 * container's threads read, parse and write, and compute what is quick and may start at once; the engine's threads
 * compute the rest.
 */
final class InferEndpoint implements Endpoint {
    /**
     * How long a run may keep a thread of the container's, and with it a timeout or a reset of the connection that the
     * container would tell of; a change of thread costs some hundredth of it.
     */
    private static final Duration PATIENCE = Duration.ofMillis(10);

    private static final long LONGEST_TIMEOUT_MICROS = Duration.ofDays(365).toNanos() / 1000;
    private static final String PRIORITY_IGNORED = "priority is ignored: requests are served in order";

    private final Models models;
    private final Limits limits;
    private final RequestReader reader;

    InferEndpoint(Models models, Limits limits) {
        this.models = models;
        this.limits = limits;
        this.reader = new RequestReader(limits);
    }

    List<Route> routes() {
        return Route.versioned("POST", "/v2/models/{model}/infer", this);
    }

    @Override
    public void serve(Call call) {
        HttpServletRequest request = call.exchange().request();
        Model model = models.get(call.model());
        OptionalLong version = call.version();
        model.requireServing(version);
        OptionalLong jsonBytes = Headers.jsonLength(request);
        Optional<ContentCoding> coding = ContentCoding.named(request.getHeader(Headers.CONTENT_ENCODING));
        requireBody(request);
        call.exchange().read(limits.bodyBytes(), body -> {
            Body plain = coding.isPresent() ? coding.get().decode(body, limits.bodyBytes()) : body;
            infer(call.exchange(), model, version, read(model, version, plain, jsonBytes));
        });
    }

    private RequestDocument read(Model model, OptionalLong version, Body body, OptionalLong jsonBytes) {
        if (jsonBytes.orElse(-1) != 0) {
            return reader.read(body, jsonBytes);
        }
        return new RawRequest(version.isPresent() ? model.version(version.getAsLong()) : model.version(), body).read();
    }

    private static void requireBody(HttpServletRequest request) {
        boolean announced = request.getContentLengthLong() >= 0
                || request.getHeader("Transfer-Encoding") != null
                || !request.getProtocol().startsWith("HTTP/1");
        if (!announced) {
            throw new RequestRefusedException(411, "an inference request has a body; announce it with Content-Length");
        }
    }

    private static void infer(Exchange exchange, Model model, OptionalLong version, RequestDocument document) {
        Optional<String> notice = notice(document);
        model.inferAsync(request(exchange, version, document), PATIENCE).whenComplete((response, failure) -> {
            if (failure != null) {
                exchange.fail(failure);
            } else {
                answer(exchange, document, notice, response);
            }
        });
    }

    /** What is thrown in a completion's callback nobody would see, and the client would wait. */
    private static void answer(
            Exchange exchange, RequestDocument document, Optional<String> notice, InferenceResponse response) {
        try {
            exchange.reply(reply(document, notice, response));
        } catch (RuntimeException | Error e) {
            exchange.fail(e);
        }
    }

    private static Optional<String> notice(RequestDocument document) {
        boolean asked = document.parameters().number("priority").orElse(0) != 0;
        return asked ? Optional.of(PRIORITY_IGNORED) : Optional.empty();
    }

    private static InferenceRequest request(Exchange exchange, OptionalLong version, RequestDocument document) {
        if (document.parameters().has("sequence_id")
                && document.parameters().number("sequence_id").orElse(0) != 0) {
            throw RequestRefusedException.malformed("\"sequence_id\" is not supported: requests are independent");
        }
        long micros = Math.min(document.parameters().number("timeout").orElse(0), LONGEST_TIMEOUT_MICROS);
        return new InferenceRequest(
                document.id(),
                version,
                document.inputs(),
                document.outputs().stream().map(RequestedOutput::name).toList(),
                Duration.of(micros, ChronoUnit.MICROS),
                Optional.of(exchange.cancellation()));
    }

    private static Reply reply(RequestDocument document, Optional<String> notice, InferenceResponse response) {
        Predicate<Tensor> binary = output -> document.binary(output.name());
        AnswerDocument answer = new AnswerDocument(response, binary, notice);
        List<Tensor> inBinary = response.outputs().stream().filter(binary).toList();
        if (inBinary.isEmpty()) {
            return Reply.of(200, Map.of(), Headers.JSON, new JsonAnswer(answer));
        }
        return binaryReply(answer, inBinary);
    }

    private static Reply binaryReply(AnswerDocument answer, List<Tensor> inBinary) {
        answer.check();
        byte[] json = Json.document(out -> {
            boolean more = true;
            while (more) {
                more = answer.step(out);
            }
        });
        return Reply.of(
                200,
                Map.of(Headers.JSON_LENGTH, Integer.toString(json.length)),
                Headers.BINARY,
                new BinaryAnswer(json, inBinary));
    }
}
