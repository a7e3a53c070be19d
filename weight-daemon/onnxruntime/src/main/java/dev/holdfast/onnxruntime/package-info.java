/** Placeholder text. */
@NullMarked
package dev.holdfast.onnxruntime;

import org.jspecify.annotations.NullMarked;
