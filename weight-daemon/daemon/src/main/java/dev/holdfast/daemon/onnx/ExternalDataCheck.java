package dev.holdfast.daemon.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Checks that every tensor outside the model file lies in a readable regular file of the model's own directory.
 *
 * <p>A model file comes from anywhere and may name any path, so nothing outside its directory is opened: no absolute
 * path, no {@code ..}, no symbolic link on the way or at the end.
 */
final class ExternalDataCheck {
    private final Path directory;
    private final SortedMap<String, Path> files = new TreeMap<>();

    private ExternalDataCheck(Path directory) {
        this.directory = directory;
    }

    /**
     * Checks all external tensors of a model.
     *
     * @param directory where the model file lies
     * @return the files that the model names, by the names it uses
     * @throws ExternalDataException at the first tensor whose data can't be used
     * @throws UnsupportedModelException if a tensor's type or shape has no length
     * @throws IOException if a file's length can't be read
     */
    static SortedMap<String, Path> check(OnnxModel model, Path directory) throws IOException {
        ExternalDataCheck check = new ExternalDataCheck(directory);
        for (OnnxTensor tensor : model.externalTensors().toList()) {
            check.tensor(tensor, (TensorLocation.External) tensor.location());
        }
        return check.files;
    }

    private void tensor(OnnxTensor tensor, TensorLocation.External location) throws IOException {
        long needed = tensor.byteLength();
        long stated = location.lengthBytes().orElse(needed);
        if (stated != needed) {
            throw new ExternalDataException(tensor.describe() + " has " + stated + " bytes of external data in '"
                    + location.file() + "', but its shape " + tensor.shape() + " of " + tensor.type() + " needs "
                    + needed
                    + "; export the model again");
        }
        Path file = file(tensor, location.file());
        long found = Files.size(file);
        if (location.offsetBytes() > found || needed > found - location.offsetBytes()) {
            throw new ExternalDataException(tensor.describe() + " needs " + needed + " bytes at offset "
                    + location.offsetBytes() + " of " + file + ", which has only " + found
                    + "; copy the file again, it was probably cut short");
        }
    }

    private Path file(OnnxTensor tensor, String name) throws IOException {
        Path known = files.get(name);
        if (known != null) {
            return known;
        }
        Path file = resolve(tensor, name);
        requireNoLink(tensor, file);
        requireReadable(tensor, file);
        files.put(name, file);
        return file;
    }

    private Path resolve(OnnxTensor tensor, String name) {
        if (name.isEmpty()) {
            throw new ExternalDataException(tensor.describe() + " has external data that names no file; export again");
        }
        Path relative;
        try {
            relative = Path.of(name);
        } catch (InvalidPathException notAPath) {
            throw new ExternalDataException(
                    tensor.describe() + " names '" + printable(name) + "' as its data file, which is not a path");
        }
        // A backslash separates directories on one platform only; a model that means the same everywhere has none.
        if (relative.isAbsolute() || name.startsWith("/") || name.indexOf('\\') >= 0 || hasParentStep(relative)) {
            throw new ExternalDataException(tensor.describe() + " names the data file '" + printable(name)
                    + "', which may lie outside the model's directory " + directory
                    + "; external data must be beside the model, named by a relative path without '..'");
        }
        return directory.resolve(relative).normalize();
    }

    private static boolean hasParentStep(Path relative) {
        for (Path step : relative) {
            if (step.toString().equals("..")) {
                return true;
            }
        }
        return false;
    }

    private void requireNoLink(OnnxTensor tensor, Path file) {
        Path step = directory;
        for (Path name : directory.relativize(file)) {
            step = step.resolve(name);
            if (Files.isSymbolicLink(step)) {
                throw new ExternalDataException(tensor.describe() + " has its data in " + file + ", but " + step
                        + " is a symbolic link; put the file itself into the model's directory");
            }
        }
    }

    private static void requireReadable(OnnxTensor tensor, Path file) {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ExternalDataException(tensor.describe() + " has its data in " + file
                    + ", which does not exist; copy it there along with the model");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new ExternalDataException(
                    tensor.describe() + " has its data in " + file + ", which is not a regular file");
        }
        if (!Files.isReadable(file)) {
            throw new ExternalDataException(tensor.describe() + " has its data in " + file
                    + ", which this user may not read; change the file's permissions");
        }
    }

    private static String printable(String name) {
        return name.replaceAll("\\p{Cntrl}", "?");
    }
}
