package dev.holdfast.protocol;

import java.util.List;
import java.util.Optional;

/**
 * A model as the holder sees it.
 *
 * @param name the model's name
 * @param policy which of its versions serve
 * @param active the version that an unversioned request means, if there is one
 * @param versions ascending; each once, but in a {@link StatusReport} also copies that were lost, before the one loaded anew
 */
public record ModelListing(String name, VersionPolicy policy, Optional<Long> active, List<VersionSummary> versions) {
    public ModelListing {
        versions = List.copyOf(versions);
    }
}
