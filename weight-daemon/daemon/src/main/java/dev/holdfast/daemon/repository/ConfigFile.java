package dev.holdfast.daemon.repository;

import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import dev.holdfast.protocol.ModelConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A model's {@code config.pbtxt}: protobuf text format after Triton's {@code model_config.proto}.
 *
 * @param config what it says, with the model's name filled in
 * @param modelFileName {@code default_model_filename}, if given
 * @param warnings fields that Holdfast does not use, each with file, line and column
 */
record ConfigFile(ModelConfig config, Optional<String> modelFileName, List<String> warnings) {
    static final String NAME = "config.pbtxt";

    /** Far beyond any configuration written by people, and little enough to parse at once. */
    private static final int LONGEST_BYTES = 1 << 20;

    ConfigFile {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads a model's configuration, or gives the defaults if it has none.
     *
     * @throws RepositoryException if the file can't be read or parsed, exceeds 1 MiB, names another model, or asks for
     *     another backend; the message names file, line and column where there are such
     */
    static ConfigFile of(Path modelDirectory, String model) {
        Path file = modelDirectory.resolve(NAME);
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return parse(file.toString(), "", model);
        }
        return parse(file.toString(), text(file), model);
    }

    /** As {@link #of}, from text that {@code file} names in messages. */
    static ConfigFile parse(String file, String text, String model) {
        DynamicMessage.Builder builder = DynamicMessage.newBuilder(ConfigSchema.MODEL_CONFIG);
        List<String> unknown = merge(file, text, builder);
        ConfigMessage message = new ConfigMessage(builder.build());
        try {
            requireName(message.text("name"), model);
            requireBackend(message.text("backend"), message.text("platform"));
            Optional<String> modelFile = modelFileName(message.text("default_model_filename"));
            return new ConfigFile(ConfigReading.modelConfig(message, model), modelFile, unknown);
        } catch (IllegalArgumentException wrong) {
            throw new RepositoryException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private static String text(Path file) {
        byte[] bytes;
        try (InputStream input = Files.newInputStream(file)) {
            bytes = input.readNBytes(LONGEST_BYTES + 1);
        } catch (IOException unreadable) {
            throw new RepositoryException(file + " can't be read (" + unreadable + ")", unreadable);
        }
        if (bytes.length > LONGEST_BYTES) {
            throw new RepositoryException(file + " is longer than 1 MiB, which no model configuration is");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            throw new RepositoryException(file + " is not UTF-8 text; write it as protobuf text format", notText);
        }
    }

    private static List<String> merge(String file, String text, DynamicMessage.Builder builder) {
        try {
            return UnknownFields.merge(file, text, builder);
        } catch (TextFormat.ParseException wrong) {
            throw new RepositoryException(
                    file + ":" + wrong.getMessage()
                            + " (protobuf text format after Triton's model_config.proto is expected)",
                    wrong);
        }
    }

    private static void requireName(String name, String model) {
        if (!name.isEmpty() && !name.equals(model)) {
            throw new IllegalArgumentException("the configuration is for the model '" + name
                    + "', but its directory is '" + model + "'; rename one of them or leave the name out");
        }
    }

    private static void requireBackend(String backend, String platform) {
        if (!backend.isEmpty() && !backend.equals("onnxruntime")) {
            throw new IllegalArgumentException(
                    "the backend is '" + backend + "', but Holdfast serves only 'onnxruntime'");
        }
        if (!platform.isEmpty() && !platform.equals("onnxruntime_onnx") && !platform.equals("onnxruntime")) {
            throw new IllegalArgumentException(
                    "the platform is '" + platform + "', but Holdfast serves only 'onnxruntime_onnx'");
        }
    }

    private static Optional<String> modelFileName(String name) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        if (name.indexOf('/') >= 0
                || name.indexOf('\\') >= 0
                || name.indexOf('\0') >= 0
                || name.equals(".")
                || name.equals("..")) {
            throw new IllegalArgumentException("default_model_filename is '" + name
                    + "'; it has to be the name of a file in the version's directory, not a path");
        }
        return Optional.of(name);
    }
}
