/**
 * The conversation between arbiter, workers and {@code holdfast ctl}: messages, and the Unix socket that carries them. Knows
 * nothing of Jetty, ONNX Runtime and HTTP. Messages are immutable.
 */
@NullMarked
package dev.holdfast.control;

import org.jspecify.annotations.NullMarked;
