package dev.holdfast.daemon.holder;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.Lifeline;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a version lives by descriptors alone. Nothing of it is mapped or looked at here.
 *
 * @param arena its bytes
 * @param beside what travels with them: the counter on their device, or the lifeline of the process that owns them
 */
record HeldMemory(WeightArena arena, Optional<OwnedDescriptor> beside) implements AutoCloseable {
    /** Whether it lived in a process that has ended, so that nobody can map it any more. */
    boolean isLost() {
        return isOwnedByProcess() && beside.filter(Lifeline::isOwnerAlive).isEmpty();
    }

    /** Whether it lives in a process that has not ended. */
    boolean hasLivingOwner() {
        return isOwnedByProcess() && !isLost();
    }

    private boolean isOwnedByProcess() {
        return arena.kind() == ArenaKind.CUDA_IPC;
    }

    /** The arena's, then what is beside it; all stay owned by this. */
    List<OwnedDescriptor> descriptors() {
        List<OwnedDescriptor> all = new ArrayList<>();
        arena.descriptor().ifPresent(all::add);
        beside.ifPresent(all::add);
        return all;
    }

    @Override
    public void close() {
        beside.ifPresent(OwnedDescriptor::close);
        arena.close();
    }
}
