package dev.holdfast.daemon.holder;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.RefusalCode;
import java.util.Objects;

/** Checks the descriptors that came with an offer and makes an arena of them. */
final class OfferedDescriptors {
    private OfferedDescriptors() {}

    /** @throws Refusal unless there are as many as the layout travels by */
    static void check(Manifest manifest, Frame frame) {
        int expected = manifest.arena().layout() == ArenaLayout.PACKED ? 0 : 1;
        if (frame.descriptorCount() != expected) {
            throw new Refusal(
                    RefusalCode.OFFER_REFUSED,
                    "the descriptors that come with an offer of a "
                            + manifest.arena().layout() + " version are " + expected + ", not "
                            + frame.descriptorCount());
        }
    }

    /**
     * The arena that the frame's descriptor names.
     *
     * @return owned by the caller
     * @throws Refusal if it is no sealed memory of the size the manifest states; the descriptor is closed then
     */
    static WeightArena adopt(Manifest manifest, Frame frame) {
        try {
            return SealedArena.adopt(frame.takeDescriptor(0), manifest.arena().sizeBytes());
        } catch (ArenaException | NativeCallException e) {
            throw new Refusal(RefusalCode.OFFER_REFUSED, Objects.requireNonNull(e.getMessage()), e);
        }
    }
}
