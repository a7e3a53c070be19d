/** Tests of the engine, most of them over a real holder with models made for the purpose. */
@NullMarked
package dev.holdfast.engine;

import org.jspecify.annotations.NullMarked;
