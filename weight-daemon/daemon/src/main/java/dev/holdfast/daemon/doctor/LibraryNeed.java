package dev.holdfast.daemon.doctor;

import java.util.Optional;

/**
 * A library that a build of ONNX Runtime needs.
 *
 * @param name as the dynamic linker knows it, such as {@code libcudnn.so.9}
 * @param found whether the dynamic linker found and loaded it
 * @param remedy what brings it, if it was not found
 */
public record LibraryNeed(String name, boolean found, Optional<String> remedy) {}
