package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.Lifeline;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.cuda.CudaArena;
import dev.holdfast.memory.cuda.CudaIpcArena;
import dev.holdfast.protocol.ArenaDescription;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.Manifest;
import dev.holdfast.protocol.RefusalCode;
import java.util.Objects;
import java.util.Optional;

/** Checks the descriptors that came with an offer and takes them over. */
final class OfferedDescriptors {
    private OfferedDescriptors() {}

    /** @throws Refusal unless there are as many as the layout travels by */
    static void check(Manifest manifest, Frame frame) {
        int expected = manifest.arena().descriptorCount();
        if (frame.descriptorCount() != expected) {
            throw new Refusal(
                    RefusalCode.OFFER_REFUSED,
                    "the descriptors that come with an offer of a version "
                            + Placement.of(manifest.arena()) + " are " + expected + ", not "
                            + frame.descriptorCount());
        }
    }

    /**
     * What the frame's descriptors name.
     *
     * @return owned by the caller
     * @throws Refusal if it is to be host memory and is not sealed or of the size the manifest states, or if it is to be
     *     owned by a process and that has ended; the descriptor is closed then. Device memory shows what it is when it is
     *     digested
     */
    static HeldMemory adopt(Manifest manifest, Frame frame) {
        HeldMemory memory = held(manifest.arena(), frame);
        if (memory.isLost()) {
            memory.close();
            throw new Refusal(RefusalCode.OFFER_REFUSED, "the process that owned its memory has ended");
        }
        return memory;
    }

    /**
     * What the frame's descriptors name, likewise, also if its owner has ended.
     *
     * @return owned by the caller; empty if the version does not travel by descriptors
     */
    static Optional<HeldMemory> take(Manifest manifest, Frame frame) {
        ArenaDescription arena = manifest.arena();
        return arena.descriptorCount() == 0 ? Optional.empty() : Optional.of(held(arena, frame));
    }

    private static HeldMemory held(ArenaDescription arena, Frame frame) {
        OwnedDescriptor bytes = frame.takeDescriptor(0);
        if (arena.kind() == ArenaKind.CUDA) {
            return new HeldMemory(
                    CudaArena.adopt(bytes, arena.device(), arena.sizeBytes()), Optional.of(frame.takeDescriptor(1)));
        }
        if (arena.kind() == ArenaKind.CUDA_IPC) {
            return owned(arena, bytes);
        }
        try {
            return new HeldMemory(SealedArena.adopt(bytes, arena.sizeBytes()), Optional.empty());
        } catch (ArenaException | NativeCallException e) {
            throw new Refusal(RefusalCode.OFFER_REFUSED, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static HeldMemory owned(ArenaDescription arena, OwnedDescriptor lifeline) {
        HeldMemory memory = new HeldMemory(
                CudaIpcArena.of(arena.handle().orElseThrow(), arena.device(), arena.sizeBytes()),
                Optional.of(lifeline));
        try {
            Lifeline.check(lifeline);
            return memory;
        } catch (ArenaException e) {
            memory.close();
            throw new Refusal(RefusalCode.OFFER_REFUSED, Objects.requireNonNull(e.getMessage()), e);
        } catch (NativeCallException e) {
            memory.close();
            throw e;
        }
    }
}
