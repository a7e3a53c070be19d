package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Hands the holder a version: by its loader when built, or by a worker that held it while the holder was gone.
 *
 * <p>Carries the descriptors that the version travels by ({@link ArenaDescription#descriptorCount}). With
 * a token the answer is {@link Done}; without one it is {@link Granted}, and the connection is the worker's lease from
 * then on. Either may be {@link Refused}.
 *
 * @param manifest what is offered
 * @param loadToken the secret of the load, if a loader offers
 */
public record Offer(Manifest manifest, Optional<String> loadToken) implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.offer(this);
    }
}
