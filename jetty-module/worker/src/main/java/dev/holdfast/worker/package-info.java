/**
 * A Jetty server as one of an arbiter's workers: its heartbeat, its retirement, and the end of both with the arbiter.
 */
@NullMarked
package dev.holdfast.worker;

import org.jspecify.annotations.NullMarked;
