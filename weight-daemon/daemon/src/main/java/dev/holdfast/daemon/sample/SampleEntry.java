package dev.holdfast.daemon.sample;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * An entry of a model repository to be written.
 *
 * @param name the model's name
 * @param files all that it consists of
 */
record SampleEntry(String name, List<SampleFile> files) {
    SampleEntry {
        files = List.copyOf(files);
    }

    /**
     * Writes the entry into a repository, which is created if it is not there; an entry with the same content is left
     * as it is.
     *
     * @return the entry's directory
     * @throws SampleException if something else has that name
     * @throws IOException if it can't be written; nothing is left behind
     */
    Path writeTo(Path repository) throws IOException {
        Path target = repository.resolve(name);
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            requireSame(target);
            return target;
        }
        Files.createDirectories(repository);
        // A leading dot hides the draft from the repository's readers.
        Path draft = Files.createTempDirectory(repository, ".draft-");
        try {
            Path entry = Files.createDirectory(draft.resolve("entry"));
            for (SampleFile file : files) {
                Path path = entry.resolve(file.path());
                Files.createDirectories(path.getParent());
                file.write(path);
            }
            publish(entry, target);
        } finally {
            delete(draft);
        }
        return target;
    }

    private void publish(Path entry, Path target) throws IOException {
        try {
            Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileAlreadyExistsException | java.nio.file.DirectoryNotEmptyException overtaken) {
            requireSame(target);
        }
    }

    private void requireSame(Path target) throws IOException {
        for (SampleFile file : files) {
            Path existing = target.resolve(file.path());
            if (!Files.isRegularFile(existing) || !file.sameAs(existing)) {
                throw new SampleException(target + " already exists and " + file.path()
                        + " in it is not what would be written; remove it, or choose another name or directory");
            }
        }
    }

    private static void delete(Path draft) throws IOException {
        List<Path> paths;
        try (Stream<Path> tree = Files.walk(draft)) {
            paths = tree.sorted((a, b) -> b.compareTo(a)).toList();
        }
        for (Path path : paths) {
            Files.delete(path);
        }
    }
}
