package dev.holdfast.protocol;

/**
 * Points unversioned requests back to the version that was active before; answered by {@link Done}. Needs
 * {@link Right#ADMIN}.
 *
 * @param model the model's name
 */
public record Rollback(String model) implements Request {
    /** @throws IllegalArgumentException if the name is not a model's */
    public Rollback {
        ModelName.check(model);
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.rollback(this);
    }
}
