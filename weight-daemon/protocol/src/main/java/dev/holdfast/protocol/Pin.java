package dev.holdfast.protocol;

/**
 * Keeps a version resident whatever the policy says, or ends that; answered by {@link Done}. Needs
 * {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version the version
 * @param pinned whether it shall be pinned
 */
public record Pin(String model, long version, boolean pinned) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Pin {
        ModelName.check(model);
        ModelName.checkVersion(version);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.pin(this);
    }
}
