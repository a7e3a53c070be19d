package dev.holdfast.inference;

import dev.holdfast.engine.InferenceException;
import dev.holdfast.engine.QueueFullException;
import dev.holdfast.protocol.HolderException;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one table from failure to HTTP status and {@code {"error": ...}} (Open Inference Protocol, "Inference Response JSON
 * Error Object").
 */
final class ErrorTable {
    /** The client has gone or given up; no client sees it, the access log does. */
    static final int CLIENT_CLOSED_REQUEST = 499;

    private static final Logger LOG = LoggerFactory.getLogger(ErrorTable.class);
    private static final long SOON_SECONDS = 1;

    private ErrorTable() {}

    /** The answer that says what went wrong. */
    static Reply reply(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        int status = status(cause);
        if (status == 500) {
            LOG.error("A request failed", cause);
        }
        return reply(status, headers(cause, status), message(cause));
    }

    /** An answer that says what went wrong. */
    static Reply reply(int status, Map<String, String> headers, String message) {
        return Reply.json(status, headers, out -> {
            out.writeStartObject();
            out.writeStringProperty("error", message);
            out.writeEndObject();
        });
    }

    private static int status(Throwable cause) {
        if (cause instanceof RequestRefusedException refused) {
            return refused.status();
        }
        if (cause instanceof InferenceException inference) {
            return status(inference.reason());
        }
        if (cause instanceof RefusedException refused) {
            return status(refused.code());
        }
        return cause instanceof HolderException ? 503 : 500;
    }

    private static int status(InferenceException.Reason reason) {
        return switch (reason) {
            case INVALID -> 400;
            case MODEL_NOT_FOUND, VERSION_NOT_FOUND -> 404;
            case CANCELLED -> CLIENT_CLOSED_REQUEST;
            case NOT_READY, QUEUE_FULL, TIMEOUT -> 503;
            case FAILED -> 500;
        };
    }

    private static int status(RefusalCode code) {
        return switch (code) {
            case NOT_PERMITTED -> 403;
            case MODEL_NOT_FOUND, VERSION_NOT_FOUND -> 404;
            case ALREADY_LOADING -> 409;
            case LOAD_FAILED, BAD_REQUEST -> 400;
            default -> 503;
        };
    }

    private static Map<String, String> headers(Throwable cause, int status) {
        if (cause instanceof QueueFullException full) {
            return Map.of(Headers.RETRY_AFTER, Long.toString(full.retryAfter().toSeconds()));
        }
        return switch (status) {
            case 408, 413 -> Map.of(Headers.CONNECTION, "close");
            case 415 -> Map.of(Headers.ACCEPT_ENCODING, ContentCoding.ACCEPTED);
            case 429, 503 -> Map.of(Headers.RETRY_AFTER, Long.toString(SOON_SECONDS));
            default -> Map.of();
        };
    }

    /** What is no exception of ours may name paths or classes, which are for the log alone. */
    private static String message(Throwable cause) {
        boolean ours = cause instanceof RequestRefusedException
                || cause instanceof InferenceException
                || cause instanceof HolderException;
        return ours ? String.valueOf(cause.getMessage()) : "the server failed; its log says why";
    }
}
