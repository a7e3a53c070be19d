package dev.holdfast.protocol;

/** Asks what the holder's model repository has; answered by {@link RepositoryIndex}. Needs {@link Right#READ}. */
public record RepositoryRequest() implements Request {
    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.repositoryRequest(this);
    }
}
