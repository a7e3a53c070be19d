/** Tests of the worker's parts that need no arbiter. */
@NullMarked
package dev.holdfast.worker;

import org.jspecify.annotations.NullMarked;
