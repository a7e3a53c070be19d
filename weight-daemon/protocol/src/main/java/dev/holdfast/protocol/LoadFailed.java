package dev.holdfast.protocol;

/**
 * A loader gives up; answered by {@link Done}.
 *
 * @param loadToken the secret of the load
 * @param code the kind of failure, passed on to whoever asked for the load
 * @param reason one sentence with what to do
 */
public record LoadFailed(String loadToken, RefusalCode code, String reason) implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.loadFailed(this);
    }
}
