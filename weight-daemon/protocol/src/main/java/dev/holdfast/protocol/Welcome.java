package dev.holdfast.protocol;

import java.util.Optional;
import java.util.Set;

/**
 * Ends the handshake.
 *
 * @param protocol the version of the protocol that both sides use from here on
 * @param holderVersion the release of Holdfast that the holder runs
 * @param instance random for each start of a holder; event numbers are compared within one journal, and a change tells
 *     that leases must be offered again
 * @param pid the holder's process
 * @param rights what the client may ask for
 * @param lastEvent number of the newest event; 0 if there was none
 * @param runtime folder or library of the build of ONNX Runtime that its loaders use, as the holder sees it; empty for
 *     the one in Holdfast's jars
 */
public record Welcome(
        int protocol,
        String holderVersion,
        String instance,
        long pid,
        Set<Right> rights,
        long lastEvent,
        Optional<String> runtime)
        implements Reply {
    public Welcome {
        rights = Set.copyOf(rights);
    }
}
