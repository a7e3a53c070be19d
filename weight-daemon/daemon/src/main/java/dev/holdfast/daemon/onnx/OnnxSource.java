package dev.holdfast.daemon.onnx;

import dev.holdfast.memory.ContentDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files one version is made of, checked before anything loads them.
 *
 * @param modelFile the ONNX file
 * @param model what it says
 * @param externalFiles its external data files by the names the model uses; each lies under the model file's directory
 */
public record OnnxSource(Path modelFile, OnnxModel model, SortedMap<String, Path> externalFiles) {
    public OnnxSource {
        externalFiles = Collections.unmodifiableSortedMap(new TreeMap<>(externalFiles));
    }

    /**
     * Reads and checks a model file and its external data.
     *
     * @throws OnnxFormatException if the file is not ONNX, truncated or damaged
     * @throws UnsupportedModelException if an initializer can't be shared, or an input or output not served
     * @throws ExternalDataException if external data is missing, too short, unreadable or outside the directory
     * @throws IOException if a file can't be read
     */
    public static OnnxSource check(Path modelFile) throws IOException {
        Path absolute = modelFile.toAbsolutePath();
        OnnxModel model = OnnxModelReader.read(absolute);
        InitializerCheck.check(model);
        Path directory = absolute.getParent();
        if (directory == null) {
            throw new OnnxFormatException(absolute + " is a directory, not a model file");
        }
        return new OnnxSource(absolute, model, ExternalDataCheck.check(model, directory));
    }

    /**
     * Bytes of the external data, which is nearly all of a large model.
     *
     * @throws IOException if a file's size can't be read
     */
    public long sizeBytes() throws IOException {
        long bytes = 0;
        for (Path file : externalFiles.values()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /**
     * The digest of all these files and the names the model has for them. Reads every byte once.
     *
     * @throws IOException if a file can't be read
     */
    public ContentDigest digest() throws IOException {
        return SourceDigest.of(this);
    }
}
