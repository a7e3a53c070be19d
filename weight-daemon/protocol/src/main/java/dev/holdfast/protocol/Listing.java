package dev.holdfast.protocol;

import java.util.List;

/**
 * Answers {@link ListRequest}.
 *
 * @param models by name
 */
public record Listing(List<ModelListing> models) implements Reply {
    public Listing {
        models = List.copyOf(models);
    }
}
