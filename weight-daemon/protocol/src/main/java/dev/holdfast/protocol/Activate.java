package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Points unversioned requests to a version; answered by {@link Done}. Needs {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version a published version of it; empty to follow the highest one again
 */
public record Activate(String model, Optional<Long> version) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Activate {
        ModelName.check(model);
        version.ifPresent(ModelName::checkVersion);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.activate(this);
    }
}
