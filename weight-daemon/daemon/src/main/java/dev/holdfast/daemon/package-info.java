/**
 * The weight daemon: what reads models, builds versions and leases them. Everything is in the packages below, each of
 * which says what it must not know.
 */
@NullMarked
package dev.holdfast.daemon;

import org.jspecify.annotations.NullMarked;
