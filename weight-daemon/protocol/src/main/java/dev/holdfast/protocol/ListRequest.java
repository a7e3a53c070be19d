package dev.holdfast.protocol;

/** Asks for the models and versions that the holder knows; answered by {@link Listing}. Needs {@link Right#READ}. */
public record ListRequest() implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.listRequest(this);
    }
}
