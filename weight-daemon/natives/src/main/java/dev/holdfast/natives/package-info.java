/**
 * Native libraries that come in jars, unpacked once per machine, user and build into a folder that nobody else may
 * write to; what makes and checks such folders serves others as well.
 *
 * <p>Any number of processes may unpack at once, from any thread. The package loads nothing and knows nothing of what
 * the libraries do.
 */
@NullMarked
package dev.holdfast.natives;

import org.jspecify.annotations.NullMarked;
