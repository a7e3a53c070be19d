/**
 * The V2 inference protocol (Open Inference Protocol, REST) over an engine, as a servlet.
 *
 * <p>{@link dev.holdfast.inference.HoldfastContextListener} starts the engine with the web application,
 * {@link dev.holdfast.inference.InferenceServlet} answers {@code /v2/*},
 * {@link dev.holdfast.inference.MetricsServlet} {@code /metrics}, {@link dev.holdfast.inference.Setting} says what
 * can be configured. Everything is asynchronous: threads of the container read, parse and write, those of the engine
 * compute, and none waits for a client. A request's bytes and numbers live on the Java heap and are garbage once it is
 * answered; nothing here has to be closed but the engine. Servlet 6.0 calls only, nothing of any one container.
 */
@NullMarked
package dev.holdfast.inference;

import org.jspecify.annotations.NullMarked;
