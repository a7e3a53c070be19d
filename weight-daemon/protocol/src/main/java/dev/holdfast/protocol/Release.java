package dev.holdfast.protocol;

/** Gives the connection's lease back in good order; answered by {@link Released}, after which the connection ends. */
public record Release() implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.release(this);
    }
}
