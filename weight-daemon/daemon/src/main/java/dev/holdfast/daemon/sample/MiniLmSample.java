package dev.holdfast.daemon.sample;

import dev.holdfast.daemon.maven.MavenJar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;

/**
 * The sentence-embedding model all-MiniLM-L6-v2 in ONNX form, taken out of the Maven artifact that carries it: three
 * INT64 inputs [batch, tokens], one FP32 output [batch, tokens, 384]; 90 MB of FP32 weights.
 */
public final class MiniLmSample {
    /** The model's name. */
    public static final String NAME = "minilm";

    static final String MODEL_IN_JAR = "all-minilm-l6-v2.onnx";
    static final String TOKENIZER_IN_JAR = "all-minilm-l6-v2-tokenizer.json";

    private static final String CONFIG = """
            # all-MiniLM-L6-v2, token embeddings; written by "holdfast sample minilm".
            name: "minilm"
            backend: "onnxruntime"
            max_batch_size: 64
            input { name: "input_ids" data_type: TYPE_INT64 dims: -1 }
            input { name: "attention_mask" data_type: TYPE_INT64 dims: -1 }
            input { name: "token_type_ids" data_type: TYPE_INT64 dims: -1 }
            output { name: "last_hidden_state" data_type: TYPE_FP32 dims: [ -1, 384 ] }
            dynamic_batching { }
            """;

    private final MiniLmArtifact artifact;

    /** Finds the artifact's jar on the class path, in the local Maven repository, or through Maven. */
    public MiniLmSample() {
        this(MiniLmArtifact.ofThisUser());
    }

    MiniLmSample(MiniLmArtifact artifact) {
        this.artifact = artifact;
    }

    /**
     * Writes the sample as an entry of a model repository, with the tokenizer as {@code 1/tokenizer.json}; if the same
     * entry is there, nothing happens.
     *
     * @param repository created if it is not there
     * @param jar the artifact's jar, if the caller has it
     * @return the entry's directory
     * @throws dev.holdfast.daemon.maven.ArtifactException if the jar can't be found or fetched
     * @throws SampleException if it can't be read, or something else has that name
     * @throws IOException if the entry can't be written; nothing is left behind
     */
    public Path writeTo(Path repository, Optional<Path> jar) throws IOException {
        try (MavenJar found = artifact.jar(jar);
                ZipFile zip = open(found.path())) {
            List<SampleFile> files = new ArrayList<>();
            files.add(SampleFile.OfBytes.text("config.pbtxt", CONFIG));
            files.add(entry(zip, MODEL_IN_JAR, "1/model.onnx")
                    .orElseThrow(() -> new SampleException(zip.getName() + " has no " + MODEL_IN_JAR
                            + "; give the jar of " + artifact.coordinates() + " with --jar")));
            entry(zip, TOKENIZER_IN_JAR, "1/tokenizer.json").ifPresent(files::add);
            return new SampleEntry(NAME, files).writeTo(repository);
        }
    }

    private ZipFile open(Path jar) {
        try {
            return new ZipFile(jar.toFile());
        } catch (IOException notAJar) {
            throw new SampleException(
                    jar + " is not a readable jar (" + notAJar.getMessage() + "); give the jar of "
                            + artifact.coordinates() + " with --jar",
                    notAJar);
        }
    }

    private static Optional<SampleFile> entry(ZipFile zip, String name, String path) {
        return Optional.ofNullable(zip.getEntry(name))
                .map(entry -> new SampleFile.OfStream(path, () -> {
                    InputStream stream = zip.getInputStream(entry);
                    if (stream == null) {
                        throw new IOException(zip.getName() + " lost its entry " + name);
                    }
                    return stream;
                }));
    }
}
