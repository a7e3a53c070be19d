/** Tests of the control messages and their socket. */
@NullMarked
package dev.holdfast.control;

import org.jspecify.annotations.NullMarked;
