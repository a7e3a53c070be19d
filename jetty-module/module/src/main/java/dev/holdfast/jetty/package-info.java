/**
 * What a Jetty server needs to serve leased weights: it attaches while it starts, and gives back once it has drained. Knows
 * nothing of ONNX Runtime and of the servlet API.
 */
@NullMarked
package dev.holdfast.jetty;

import org.jspecify.annotations.NullMarked;
