package dev.holdfast.daemon.repository;

import dev.holdfast.protocol.ModelConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/**
 * One model as it was found in a repository.
 *
 * @param name the directory's name, which is the model's
 * @param directory its directory
 * @param config what {@code config.pbtxt} says; {@link ModelConfig#DEFAULT} with the name filled in if there is none
 * @param modelFileName name of the ONNX file in each version's directory
 * @param versions numbers of the version directories, ascending; at least one
 * @param warnings what was ignored, a sentence each
 */
public record ModelEntry(
        String name,
        Path directory,
        ModelConfig config,
        String modelFileName,
        List<Long> versions,
        List<String> warnings) {
    public ModelEntry {
        versions = List.copyOf(versions);
        warnings = List.copyOf(warnings);
    }

    /** The versions that the model's policy lets serve, ascending; empty if it names only versions not there. */
    public SortedSet<Long> selectedVersions() {
        return config.versionPolicy().select(versions);
    }

    /**
     * One version's source.
     *
     * @throws RepositoryException if there is no such version, or its model file is missing or unreadable
     */
    public ModelVersionSource version(long version) {
        if (!versions.contains(version)) {
            throw new RepositoryException(
                    "model '" + name + "' has no version " + version + " in " + directory + "; there are: " + versions);
        }
        Path versionDirectory = directory.resolve(Long.toString(version));
        Path modelFile = versionDirectory.resolve(modelFileName);
        if (!Files.isRegularFile(modelFile)) {
            throw new RepositoryException("version " + version + " of model '" + name + "' has no file " + modelFile
                    + "; put the ONNX model there, or name another file in default_model_filename of config.pbtxt");
        }
        if (!Files.isReadable(modelFile)) {
            throw new RepositoryException(modelFile + " can't be read by this user; change its permissions");
        }
        return new ModelVersionSource(name, version, modelFile, versionDirectory);
    }
}
