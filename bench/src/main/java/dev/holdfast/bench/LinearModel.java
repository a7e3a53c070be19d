package dev.holdfast.bench;

import dev.holdfast.daemon.sample.LinearSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A sample model of about a given size.
 *
 * @param name the model's name
 * @param mebibytes of weights, a multiple of 4
 */
record LinearModel(String name, long mebibytes) {
    /** A row of weights then has 64 KiB, however large the model. */
    private static final long INPUTS = 16 * 1024;

    static LinearModel ofMebibytes(long mebibytes) {
        return new LinearModel("linear" + mebibytes + "m", mebibytes);
    }

    /** Writes version 1. */
    void writeTo(Path repository) throws IOException {
        new LinearSample(name, INPUTS, mebibytes * (1 << 20) / Float.BYTES / INPUTS, false).writeTo(repository);
    }

    /** Writes versions 1 to {@code count}, all of which the policy selects; the files are links to version 1. */
    void writeVersions(Path repository, int count) throws IOException {
        writeTo(repository);
        Path entry = repository.resolve(name);
        Files.writeString(entry.resolve("config.pbtxt"), "version_policy { all { } }\n", StandardOpenOption.APPEND);
        for (int version = 2; version <= count; version++) {
            Path copy = Files.createDirectory(entry.resolve(Integer.toString(version)));
            for (String file : new String[] {"model.onnx", "model.onnx.data"}) {
                Files.createLink(copy.resolve(file), entry.resolve("1").resolve(file));
            }
        }
    }
}
