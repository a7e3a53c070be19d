/**
 * The arbiter: binds once, starts worker JVMs on that socket, watches, replaces, rolls and ends them. What gunicorn's arbiter
 * is to its workers. Never touches CUDA, ONNX Runtime or Jetty.
 */
@NullMarked
package dev.holdfast.arbiter;

import org.jspecify.annotations.NullMarked;
