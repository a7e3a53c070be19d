package dev.holdfast.protocol;

/**
 * A loader tells how far it is; not answered.
 *
 * @param loadToken the secret of the load
 * @param stage what it is doing, in a word or two
 * @param doneBytes bytes of the stage that are done
 * @param totalBytes all bytes of the stage; 0 if not known
 */
public record Progress(String loadToken, String stage, long doneBytes, long totalBytes) implements Request {
    /** @throws IllegalArgumentException if a number is negative */
    public Progress {
        if (doneBytes < 0 || totalBytes < 0) {
            throw new IllegalArgumentException("progress of " + doneBytes + " of " + totalBytes + " bytes is negative");
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.progress(this);
    }
}
