package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.NativeCallException;
import dev.holdfast.onnxruntime.Device;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How a model follows what a holder lists, step by step. */
class AttachmentTest extends EngineTest {
    /** The host, which at first has as many refusals as were asked for. */
    private static final class Refusing implements Processor {
        private final Processor real = new Processor.Host();
        private final String code;
        private int refusals;

        private Refusing(String code, int refusals) {
            this.code = code;
            this.refusals = refusals;
        }

        @Override
        public Device weights() {
            return real.weights();
        }

        @Override
        public RunQueue queue() {
            if (refusals-- > 0) {
                throw NativeCallException.ofDriver("cuDevicePrimaryCtxRetain", code, 2, "a context on GPU-1");
            }
            return real.queue();
        }

        @Override
        public boolean sharesSession() {
            return real.sharesSession();
        }

        @Override
        public int warmUpBatch(int largest) {
            return real.warmUpBatch(largest);
        }
    }

    /** What a test does with a model. */
    private interface Use {
        void accept(Attachment attachment) throws Exception;
    }

    /** What a test does with a model that follows the holder of this client. */
    private interface Followed {
        void accept(HolderClient client) throws Exception;
    }

    @Test
    void memoryThatADeviceLacksForNowIsAskedForAgain() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        with(
                new Refusing("CUDA_ERROR_OUT_OF_MEMORY", 2),
                attachment -> hold(client -> {
                    for (int i = 0; i < 2; i++) {
                        assertThat(follows(attachment, client)).isFalse();
                        assertThat(attachment.model().readiness().toString())
                                .contains("memory is lacking for now, tried again: cuDevicePrimaryCtxRetain");
                    }
                    assertThat(follows(attachment, client)).isTrue();
                    assertThat(answer(attachment)).isEqualTo(1);
                }));
    }

    @Test
    void anotherCopyThatLacksMemoryForNowIsAskedForAgainAndTheOneThatIsHereServes() throws Exception {
        Refusing processor = new Refusing("CUDA_ERROR_OUT_OF_MEMORY", 0);
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        with(processor, attachment -> {
            hold(client -> assertThat(follows(attachment, client)).isTrue());
            Files.move(root.resolve("state"), root.resolve("state-away"));
            TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 2);
            processor.refusals = 1;
            hold(client -> {
                assertThat(follows(attachment, client)).isFalse();
                assertThat(answer(attachment)).isEqualTo(1);
                assertThat(follows(attachment, client)).isTrue();
                assertThat(answer(attachment)).isEqualTo(2);
            });
        });
    }

    @Test
    void aFaultOfADeviceIsNotTriedAgain() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        with(
                new Refusing("CUDA_ERROR_ECC_UNCORRECTABLE", 1),
                attachment -> hold(client -> {
                    for (int i = 0; i < 2; i++) {
                        assertThat(follows(attachment, client)).isTrue();
                        assertThat(attachment.model().ready()).isFalse();
                    }
                }));
    }

    @Test
    void aLostVersionIsServedOnBesideTheActiveOneUntilItDrains() throws Exception {
        TestModels.bias(base.models(), "bias", 1, TestModels.WIDTH, 1);
        TestModels.bias(base.models(), "bias", 2, TestModels.WIDTH, 2);
        TestModels.config(base.models(), "bias", "version_policy { all { } }");
        with(
                new Processor.Host(),
                attachment -> hold(client -> {
                    assertThat(follows(attachment, client)).isTrue();
                    attachment.follow(
                            client, withFirst(VersionState.LOST, client.list().get(0)));
                    assertThat(attachment.model().active()).hasValue(2);
                    InferenceRequest first = InferenceRequest.of(TestModels.row(0, TestModels.WIDTH));
                    assertThat(attachment.model().infer(first.withVersion(1)).version())
                            .isEqualTo(1);
                    attachment.follow(
                            client,
                            withFirst(VersionState.DRAINING, client.list().get(0)));
                    assertThat(attachment.model().versions()).containsExactly(2L);
                }));
    }

    /** The listing with its first version in that state. */
    private static ModelListing withFirst(VersionState state, ModelListing listing) {
        List<VersionSummary> versions = new ArrayList<>(listing.versions());
        VersionSummary first = versions.get(0);
        versions.set(
                0,
                new VersionSummary(
                        first.version(),
                        state,
                        first.digest(),
                        first.kind(),
                        first.layout(),
                        first.device(),
                        first.sizeBytes(),
                        first.pinned(),
                        first.reason(),
                        first.leases()));
        return new ModelListing(listing.name(), listing.policy(), listing.active(), versions);
    }

    private static boolean follows(Attachment attachment, HolderClient client) {
        return attachment.follow(client, client.list().get(0));
    }

    /** What the model adds to 0. */
    private static float answer(Attachment attachment) {
        InferenceRequest request = InferenceRequest.of(TestModels.row(0, TestModels.WIDTH));
        return TestModels.floats(attachment.model().infer(request).output("y"))[0];
    }

    private void hold(Followed use) throws Exception {
        try (Holder holder = base.start(ArenaLayout.SEALED);
                HolderClient client = base.client()) {
            assertThat(holder).isNotNull();
            base.load("bias");
            use.accept(client);
        }
    }

    private void with(Processor processor, Use use) throws Exception {
        try (SystemTimer timer = new SystemTimer();
                VersionBuilder builder = new VersionBuilder(base.engine(), timer, arena -> processor);
                ServedModel model = new ServedModel("bias")) {
            builder.begin(Optional.empty());
            try {
                use.accept(new Attachment(model, builder));
            } finally {
                for (CompletableFuture<?> retiring : model.retireAll()) {
                    retiring.get(TestHolder.LIMIT.toSeconds(), TimeUnit.SECONDS);
                }
            }
        }
    }
}
