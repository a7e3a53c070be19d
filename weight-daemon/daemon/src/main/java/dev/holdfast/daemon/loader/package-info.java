/**
 * The loader: a child JVM that turns one version of one model into an arena and a manifest, offers both to the holder,
 * and exits.
 *
 * <p>It is the only process of the daemon that runs native model code. It writes below its own temporary directory and
 * the cache; its job comes on standard input, whose end means that the holder is gone. Whatever happens to it costs
 * that one load.
 */
@NullMarked
package dev.holdfast.daemon.loader;

import org.jspecify.annotations.NullMarked;
