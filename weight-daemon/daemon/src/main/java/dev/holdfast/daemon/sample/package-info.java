/**
 * Models to try Holdfast with, written as entries of a Triton model repository.
 *
 * <p>An entry appears by one rename, complete or not at all; writing it again is harmless, and what differs is never
 * overwritten. The package knows nothing of sockets, leases or native code; types are immutable.
 */
@NullMarked
package dev.holdfast.daemon.sample;

import org.jspecify.annotations.NullMarked;
