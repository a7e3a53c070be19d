package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Recomputes digests of resident versions; answered by {@link Done}, or by {@link Refused} with
 * {@link RefusalCode#CORRUPT}. Needs {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version the version; empty for all
 */
public record Verify(String model, Optional<Long> version) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Verify {
        ModelName.check(model);
        version.ifPresent(ModelName::checkVersion);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.verify(this);
    }
}
