package dev.holdfast.daemon.holder;

import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What of a version lives by descriptors alone. Nothing of it is mapped or looked at here.
 *
 * @param arena its bytes
 * @param counter the counter on its device, if it is on one
 */
record HeldMemory(WeightArena arena, Optional<OwnedDescriptor> counter) implements AutoCloseable {
    /** The arena's, then the counter's; all stay owned by this. */
    List<OwnedDescriptor> descriptors() {
        List<OwnedDescriptor> all = new ArrayList<>();
        arena.descriptor().ifPresent(all::add);
        counter.ifPresent(all::add);
        return all;
    }

    @Override
    public void close() {
        counter.ifPresent(OwnedDescriptor::close);
        arena.close();
    }
}
