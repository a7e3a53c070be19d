/** Tests of the assembled installation. */
@NullMarked
package dev.holdfast.distribution;

import org.jspecify.annotations.NullMarked;
