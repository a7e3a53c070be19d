/** Tests of the arbiter: real arbiters with real workers. */
@NullMarked
package dev.holdfast.arbiter;

import org.jspecify.annotations.NullMarked;
