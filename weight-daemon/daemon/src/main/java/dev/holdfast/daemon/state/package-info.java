/**
 * The holder's state directory: where everything in it lies, who may read it, and the few operations that change it.
 *
 * <p>The directory owns the bytes of packed versions, so they outlive every process. One holder at a time owns the
 * directory through an exclusive lock; only it publishes and deletes versions. Loaders write below {@code tmp} only.
 */
@NullMarked
package dev.holdfast.daemon.state;

import org.jspecify.annotations.NullMarked;
