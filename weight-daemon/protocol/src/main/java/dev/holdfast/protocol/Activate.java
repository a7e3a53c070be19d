package dev.holdfast.protocol;

/**
 * Points unversioned requests to a version; answered by {@link Done}. Needs {@link Right#ADMIN}.
 *
 * @param model the model's name
 * @param version a published version of it
 */
public record Activate(String model, long version) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's or the version is not positive */
    public Activate {
        ModelName.check(model);
        ModelName.checkVersion(version);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.activate(this);
    }
}
