package dev.holdfast.protocol;

import java.util.Optional;

/**
 * Asks for events from now on; answered by {@link Watching}, then by one {@link Event} after another. Nothing else can
 * be asked on the connection afterwards. Needs {@link Right#READ}.
 *
 * @param instance the holder's instance that {@code afterEvent} was heard from; empty the first time
 * @param afterEvent the last event already known; later ones that the holder still has are sent again
 */
public record Watch(Optional<String> instance, long afterEvent) implements Request {
    /** @throws IllegalArgumentException if the number is negative */
    public Watch {
        if (afterEvent < 0) {
            throw new IllegalArgumentException("event numbers start at 1; " + afterEvent + " can't have been heard");
        }
    }

    @Override
    public <R> R handledBy(RequestHandler<R> handler) {
        return handler.watch(this);
    }
}
