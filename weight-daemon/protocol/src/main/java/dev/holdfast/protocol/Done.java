package dev.holdfast.protocol;

import java.util.List;

/**
 * Says that an administrative request, or a loader's offer, has been carried out.
 *
 * @param text what was done, in one sentence
 * @param versions the versions concerned, as they are now
 */
public record Done(String text, List<VersionSummary> versions) implements Reply {
    public Done {
        versions = List.copyOf(versions);
    }
}
