package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.onnx.OnnxGraph;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.daemon.onnx.OnnxGraph.Node;
import dev.holdfast.daemon.state.Trees;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.RefusedException;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models that can't be loaded cost their own load and nothing else, in a holder that serves another model meanwhile. */
@ExtendWith(OpenDescriptorsCheck.class)
class BadModelTest {
    static final int WIDTH = 1024;

    @TempDir
    static Path root;

    private static ServingHolder holder;

    @BeforeAll
    static void serveAGoodModel() throws IOException {
        holder = ServingHolder.start(root, ArenaLayout.PACKED);
        ModelZoo.bias(holder.models(), "good", 1, 16, 1);
        holder.load("good", 1);
        ModelZoo.bias(holder.models(), "bad", 1, WIDTH, 3);
        holder.load("bad", 1); // opens the model's counter, which stays open
        holder.unloadAll("bad");
    }

    @AfterAll
    static void stop() {
        holder.close();
    }

    @BeforeEach
    void writeModel() throws IOException {
        Trees.delete(holder.models().resolve("bad"));
        ModelZoo.bias(holder.models(), "bad", 1, WIDTH, 3);
    }

    @ParameterizedTest
    @EnumSource(ModelDamage.class)
    void badModelCostsItsLoadAloneAndLoadsOnceRepaired(ModelDamage damage) throws IOException {
        Map<String, Long> descriptors = holder.descriptors();
        damage.inflict(holder.models());
        RefusedException refused = ServingHolder.refusal(() -> holder.client().load("bad", Optional.empty(), false));
        assertThat(refused).hasMessageContainingAll("bad", damage.named, damage.remedy);
        assertThat(refused.getMessage()).doesNotContain("Exception").doesNotContain("\n");
        assertThat(holder.model("bad")).isEmpty();
        holder.awaitNothingLeft(descriptors);
        holder.assertLeasable("good", 1);

        writeModel();
        holder.load("bad", 1);
        holder.assertLeasable("bad", 1);
        holder.unloadAll("bad");
    }

    @Test
    void modelThatOnnxRuntimeRejectsIsRefusedWithItsReason() throws IOException {
        Map<String, Long> descriptors = holder.descriptors();
        Initializer wide = new Initializer(
                "b", TensorType.FLOAT, List.of((long) WIDTH), new Content.External(ModelZoo.DATA_FILE, 0, WIDTH * 4L));
        ModelZoo.write(holder.models(), "bad", 1, unknownOperator(wide));
        RefusedException refused = holder.refusalOfLoad("bad", 1);
        assertThat(refused.code()).isEqualTo(RefusalCode.LOAD_FAILED);
        assertThat(refused).hasMessageContainingAll("version 1 of model 'bad'", "NoSuchOperator");
        holder.awaitNothingLeft(descriptors);
        holder.assertLeasable("good", 1);
    }

    private static OnnxGraph unknownOperator(Initializer summand) {
        OnnxGraph right = ModelZoo.addition(WIDTH, summand);
        return new OnnxGraph(
                right.name(),
                List.of(new Node("add", "NoSuchOperator", List.of("x", "b"), List.of("y"), List.of())),
                right.inputs(),
                right.outputs(),
                right.initializers());
    }

    @Test
    @Tag("core")
    void unknownModelAndUnknownVersionAreNamedWithWhatThereIs() {
        assertThat(holder.refusalOfLoad("nobody", 1))
                .hasMessageContainingAll("'nobody'", "there are: bad, good")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.MODEL_NOT_FOUND));
        assertThat(holder.refusalOfLoad("bad", 2))
                .hasMessageContainingAll("'bad'", "no version 2", "there are: [1]")
                .satisfies(refused -> assertThat(refused.code()).isEqualTo(RefusalCode.VERSION_NOT_FOUND));
        assertThat(holder.model("bad")).isEmpty();
    }

    @Test
    void modelWithoutWeightsLoads() throws IOException {
        ModelZoo.identity(holder.models(), "bad", 1, TensorType.FLOAT);
        holder.load("bad", 1);
        holder.assertLeasable("bad", 1);
        holder.unloadAll("bad");
    }

    @Test
    void repositoryThatIsAwayIsNamed() throws IOException {
        Path away = root.resolve("away");
        Files.move(holder.models(), away);
        try {
            assertThat(holder.refusalOfLoad("good", 2))
                    .hasMessageContainingAll(
                            "the model repository does not exist",
                            holder.models().toString());
            holder.assertLeasable("good", 1);
        } finally {
            Files.move(away, holder.models());
        }
    }
}
