/**
 * Measurements of the weight daemon, its soak test, and measurements of the inference over its weights; run by hand with {@code bench/run}.
 *
 * <p>Every command prints the machine, its raw samples and a short table; what is compared runs side by side in one
 * process, in rounds, so that a busy machine slows all of it alike. Holders run as processes of their own, as
 * {@code bin/holdfast daemon} starts them. Nothing here is published, and nothing else depends on it.
 */
@NullMarked
package dev.holdfast.bench;

import org.jspecify.annotations.NullMarked;
