package dev.holdfast.protocol;

import java.util.List;

/**
 * Answers {@link RepositoryRequest}.
 *
 * @param models names of the directories that may be models, ascending, whether or not a version of them is loaded
 */
public record RepositoryIndex(List<String> models) implements Reply {
    public RepositoryIndex {
        models = List.copyOf(models);
    }
}
