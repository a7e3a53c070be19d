package dev.holdfast.daemon.repository;

import dev.holdfast.protocol.ModelName;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model repository in Triton's layout: {@code ROOT/NAME/VERSION/model.onnx}, with {@code ROOT/NAME/config.pbtxt} if
 * the model needs more than the defaults.
 *
 * <p>{@code NAME}, {@code VERSION} and the model file may be symbolic links, also to places outside the root, as they
 * may be for Triton: whoever can write here decides what is served. (What a model <em>file</em> names is another matter;
 * see {@link dev.holdfast.daemon.onnx.ExternalDataException}.)
 */
public final class ModelRepository {
    private static final Logger LOG = LoggerFactory.getLogger(ModelRepository.class);
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,18}");
    private static final String DEFAULT_MODEL_FILE = "model.onnx";

    private final Path root;

    /** @throws RepositoryException if {@code root} is not a directory that can be read */
    public ModelRepository(Path root) {
        this.root = root.toAbsolutePath().normalize();
        requireDirectory(this.root, "the model repository");
    }

    /** The absolute path of the repository. */
    public Path root() {
        return root;
    }

    /**
     * Names of all directories that may be models, sorted; names with a leading dot are left out. Whether each can be
     * served is only known after {@link #find}.
     *
     * @throws RepositoryException if the repository can't be read
     */
    public List<String> names() {
        return children(root, "the model repository").stream()
                .filter(Files::isDirectory)
                .map(directory -> String.valueOf(directory.getFileName()))
                .filter(name -> !name.startsWith("."))
                .sorted()
                .toList();
    }

    /**
     * Looks a model up and reads its configuration; what was ignored on the way is also logged.
     *
     * @throws RepositoryException if the name can't be a model's, there is no such model, its directory can't be read, it
     *     has no version, or its {@code config.pbtxt} is wrong or asks for another backend
     */
    public ModelEntry find(String name) {
        Path directory = root.resolve(checked(name));
        if (!Files.exists(directory)) {
            throw new RepositoryException(
                    "there is no model '" + name + "' in " + root + "; there are: " + String.join(", ", names()));
        }
        requireDirectory(directory, "model '" + name + "'");
        List<String> warnings = new ArrayList<>();
        ConfigFile config = ConfigFile.of(directory, name);
        warnings.addAll(config.warnings());
        List<Long> versions = versions(name, directory, warnings);
        warnings.forEach(warning -> LOG.warn("model '{}': {}", name, warning));
        String modelFile = config.modelFileName().orElse(DEFAULT_MODEL_FILE);
        return new ModelEntry(name, directory, config.config(), modelFile, versions, warnings);
    }

    private String checked(String name) {
        // The backslash, too: where it separates directories, it would lead out of the repository.
        if (name.indexOf('\\') >= 0) {
            throw new RepositoryException("a model's name has no backslash, unlike '" + name + "'");
        }
        try {
            return ModelName.check(name);
        } catch (IllegalArgumentException notAName) {
            throw new RepositoryException(notAName.getMessage() + "; give the name of a directory in " + root);
        }
    }

    private static List<Long> versions(String name, Path directory, List<String> warnings) {
        SortedSet<Long> versions = new TreeSet<>();
        for (Path child : children(directory, "model '" + name + "'")) {
            if (Files.isDirectory(child) && !String.valueOf(child.getFileName()).startsWith(".")) {
                addVersion(child, versions, warnings);
            }
        }
        if (versions.isEmpty()) {
            throw new RepositoryException("model '" + name + "' has no version: " + directory
                    + " has no directory named by a positive number; put the model into "
                    + directory.resolve("1").resolve(DEFAULT_MODEL_FILE) + hint(warnings));
        }
        return List.copyOf(versions);
    }

    private static String hint(List<String> warnings) {
        return warnings.isEmpty() ? "" : " (" + String.join("; ", warnings) + ")";
    }

    private static void addVersion(Path child, Set<Long> versions, List<String> warnings) {
        String name = String.valueOf(child.getFileName());
        try {
            if (VERSION.matcher(name).matches()) {
                versions.add(Long.parseLong(name));
                return;
            }
        } catch (NumberFormatException beyondLong) {
            // Nineteen digits may exceed 2^63 - 1; such a directory is named with the others.
        }
        warnings.add("the directory " + child + " is ignored: a version is a positive number without leading zeros");
    }

    private static void requireDirectory(Path directory, String what) {
        if (!Files.exists(directory)) {
            throw new RepositoryException(what + " does not exist: " + directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new RepositoryException(what + " is not a directory: " + directory);
        }
    }

    private static List<Path> children(Path directory, String what) {
        List<Path> children = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(children::add);
        } catch (IOException | DirectoryIteratorException unreadable) {
            throw new RepositoryException(
                    what + " can't be read: " + directory + " (" + unreadable + "); change its permissions",
                    unreadable);
        }
        children.sort(null);
        return children;
    }
}
