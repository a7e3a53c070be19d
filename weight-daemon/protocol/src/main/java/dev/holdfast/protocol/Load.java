package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Loads versions of a model; answered by {@link Done} once they are published. Needs {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version the version; empty for those that the model's version policy selects
 * @param pin whether to pin what was loaded
 */
public record Load(String model, Optional<Long> version, boolean pin) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Load {
        ModelName.check(model);
        version.ifPresent(ModelName::checkVersion);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.load(this);
    }
}
