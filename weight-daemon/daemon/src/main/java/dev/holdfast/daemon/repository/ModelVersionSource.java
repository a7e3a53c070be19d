package dev.holdfast.daemon.repository;

import java.nio.file.Path;

/**
 * Where one version's source lies.
 *
 * @param model the model's name
 * @param version its number, positive
 * @param modelFile the ONNX file, a readable regular file when this was made
 * @param directory the version's directory, to which external data is confined
 */
public record ModelVersionSource(String model, long version, Path modelFile, Path directory) {}
