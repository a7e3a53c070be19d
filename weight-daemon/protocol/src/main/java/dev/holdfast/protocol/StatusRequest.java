package dev.holdfast.protocol;

/** Asks how the holder is; answered by {@link StatusReport}. Needs {@link Right#READ}. */
public record StatusRequest() implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.statusRequest(this);
    }
}
