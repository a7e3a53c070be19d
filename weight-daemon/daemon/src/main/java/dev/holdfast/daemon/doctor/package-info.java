/**
 * What this machine offers to compute on, and what is missing: driver, devices, ONNX Runtime's builds, the libraries they
 * need. Whoever examines loads those libraries into the process, so the holder never does: it asks a child.
 */
@NullMarked
package dev.holdfast.daemon.doctor;

import org.jspecify.annotations.NullMarked;
