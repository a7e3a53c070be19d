package dev.holdfast.protocol;

/**
 * Opens every connection and is sent nowhere else; answered by {@link Welcome} or {@link Refused}.
 *
 * @param minProtocol the oldest protocol version that the client speaks
 * @param maxProtocol the newest
 * @param client what the client is, for the holder's log, such as {@code holdfast-cli/0.1.0}
 */
public record Hello(int minProtocol, int maxProtocol, String client) implements Request {
    /** @throws IllegalArgumentException if the range of versions is empty or below 1 */
    public Hello {
        if (minProtocol < 1 || maxProtocol < minProtocol) {
            throw new IllegalArgumentException(
                    "protocol versions " + minProtocol + " to " + maxProtocol + " are not a range from 1 upwards");
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.hello(this);
    }
}
