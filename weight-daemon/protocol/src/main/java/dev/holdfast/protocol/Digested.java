package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import java.util.Optional;

/**
 * A child of the holder tells what it was to find out; answered by {@link Done}.
 *
 * @param token the secret of its job
 * @param digest of the arena's bytes; empty if it could not be computed
 * @param failure why not, in one sentence; empty if it was
 */
public record Digested(String token, Optional<ContentDigest> digest, Optional<String> failure) implements Request {
    /** @throws IllegalArgumentException unless there is either a digest or a failure */
    public Digested {
        if (digest.isPresent() == failure.isPresent()) {
            throw new IllegalArgumentException("either the digest is known or why it is not");
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.digested(this);
    }
}
