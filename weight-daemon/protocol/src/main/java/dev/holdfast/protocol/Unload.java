package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Lets versions of a model go; answered by {@link Done}, which says who still holds them. Needs {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version the version; empty for all
 * @param force whether to unload what is leased or pinned: it drains, and no new lease is granted
 */
public record Unload(String model, Optional<Long> version, boolean force) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Unload {
        ModelName.check(model);
        version.ifPresent(ModelName::checkVersion);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.unload(this);
    }
}
