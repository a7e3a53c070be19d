/**
 * The holder: which versions there are, who leases them, and the socket through which all of it is asked for.
 *
 * <p>It keeps descriptors and manifests and runs no model code; loading happens in child JVMs. All version state lies in
 * {@code VersionTable} under one lock; what an operator or a
 * loader asks for is journalled before it takes effect, what follows from it after; both are pushed as events.
 * Each connection has a thread of its own that blocks on its socket; the lock is never held while one is read or written.
 */
@NullMarked
package dev.holdfast.daemon.holder;

import org.jspecify.annotations.NullMarked;
