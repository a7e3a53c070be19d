package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that is run once for each place where weights can be, which it takes as a parameter of type {@link Placement}:
 * on the host, and on the first CUDA device, shared by descriptors and by legacy CUDA IPC, where it is skipped with the
 * reason if there is none to compute on.
 *
 * <p>With {@code -Dholdfast.test.placements=cuda,cuda-ipc} it is run on the device alone; the third word is {@code host}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("gpu")
@TestTemplate
@ExtendWith(PlacementInvocations.class)
public @interface EachPlacement {
    /** Which layouts to run it on on the host; none for what only a device has. */
    ArenaLayout[] host() default {ArenaLayout.PACKED, ArenaLayout.SEALED};

    /** Why memory shared by CUDA IPC does not keep what the test promises; it is not run there if this says anything. */
    String notOverCudaIpc() default "";
}
