package dev.holdfast.protocol;

/**
 * A loader asks for room for its arena; answered by {@link Reserved} or {@link Refused}.
 *
 * @param loadToken the secret of the load
 * @param sizeBytes the arena's exact size
 */
public record Reserve(String loadToken, long sizeBytes) implements Request {
    /** @throws IllegalArgumentException if the size is negative */
    public Reserve {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("an arena can't have " + sizeBytes + " bytes");
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.reserve(this);
    }
}
