/** Tests of the measurements' sides: what can be right or wrong about them without a clock. */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;
