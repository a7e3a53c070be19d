/**
 * Inference over leased weights: sessions that share their weights with other processes, dynamic batching, and the
 * in-process API for web applications.
 *
 * <p>{@link dev.holdfast.engine.Models} is the root. It leases every published version from the holder, builds a
 * session over each, follows the holder's events and outlives its absence. Requests and responses own plain Java memory;
 * everything native has its one owner in here. Knows nothing of HTTP.
 */
@NullMarked
package dev.holdfast.engine;

import org.jspecify.annotations.NullMarked;
