/**
 * The holder's memory across its own death: which digests it published, which versions are active and pinned, how far
 * events and counters have come.
 *
 * <p>One line a record, each with its own checksum, appended and synced before the change it records takes effect. A
 * torn or corrupt line costs that line alone. Appends are serialised; the state is read before the holder starts its threads.
 */
@NullMarked
package dev.holdfast.daemon.journal;

import org.jspecify.annotations.NullMarked;
