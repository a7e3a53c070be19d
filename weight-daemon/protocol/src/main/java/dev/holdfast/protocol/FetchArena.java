package dev.holdfast.protocol;

/**
 * A child of the holder asks for the arena that it is to digest; answered by {@link Fetched} or {@link Refused}.
 *
 * @param token the secret of its job
 */
public record FetchArena(String token) implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.fetchArena(this);
    }
}
