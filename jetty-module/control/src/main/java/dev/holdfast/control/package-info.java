/**
 * The conversation between arbiter, workers and {@code holdfast ctl}: messages, the Unix socket that carries them, and a
 * lock that tells of a worker's end. Knows nothing of Jetty, ONNX Runtime and HTTP. Messages are immutable.
 */
@NullMarked
package dev.holdfast.control;

import org.jspecify.annotations.NullMarked;
