package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.memory.ArenaLayout;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine in the platform's MBean server. */
@Tag("core")
class BeansTest {
    private static final int WIDTH = 1024;
    private static final MBeanServer SERVER = ManagementFactory.getPlatformMBeanServer();

    @TempDir
    Path root;

    private static <T> T bean(String keys, Class<T> type) throws Exception {
        ObjectName name = new ObjectName("dev.holdfast:" + keys);
        assertThat(SERVER.isRegistered(name)).as(name + " among " + names("*")).isTrue();
        return JMX.newMXBeanProxy(SERVER, name, type);
    }

    private static Set<ObjectName> names(String engine) throws Exception {
        return SERVER.queryNames(new ObjectName("dev.holdfast:engine=" + engine + ",*"), null);
    }

    @Test
    void beansSayWhatTheStatisticsSayAndEndWithTheEngine() throws Exception {
        TestHolder base = new TestHolder(root);
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        TestModels.config(base.models(), "bias", TestModels.BATCHING);
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            try (Models models = base.serve("bias", base.engine())) {
                Model model = models.get("bias");
                use(model);
                VersionStatistics expected = model.statistics().get(0);
                VersionMXBean version = bean("type=Version,engine=1,model=\"bias\",version=1", VersionMXBean.class);
                assertThat(version.getSuccesses())
                        .isEqualTo(2)
                        .isEqualTo(expected.success().count());
                assertThat(version.getFailures()).containsOnlyKeys("INVALID").containsEntry("INVALID", 1L);
                assertThat(version.getInferences()).isEqualTo(4);
                assertThat(version.getExecutions()).isEqualTo(2);
                assertThat(version.getBatchSizes()).containsOnlyKeys(1L, 3L);
                assertThat(version.getRequestTime().getNanos())
                        .isEqualTo(expected.success().nanos());
                assertThat(version.getComputeInferTime().getCounts())
                        .isEqualTo(expected.computeInfer().counts());
                assertThat(version.getArenaBytes()).isEqualTo(model.version().arenaBytes());
                assertThat(version.isServing()).isTrue();
                ModelMXBean same = bean("type=Model,engine=1,model=\"bias\"", ModelMXBean.class);
                assertThat(same.getSharedCounter()).isEqualTo(model.counter());
                assertThat(same.getServingVersions()).containsExactly(1L);
                assertThat(same.getRefusals()).containsEntry(Reason.VERSION_NOT_FOUND.name(), 1L);
                EngineMXBean engine = bean("type=Engine,engine=1", EngineMXBean.class);
                assertThat(engine.isReady()).isTrue();
                assertThat(engine.getLeases()).isEqualTo(1);
                assertThat(engine.getConnectedLeases()).isEqualTo(1);
                assertThat(engine.getSocket()).isEqualTo(base.socket().toString());
            }
            assertThat(names("*")).isEmpty();
        }
    }

    private static void use(Model model) {
        model.infer(InferenceRequest.of(TestModels.row(1, WIDTH)));
        model.infer(InferenceRequest.of(TestModels.floats("x", Shape.of(3, WIDTH), new float[3 * WIDTH])));
        assertThatThrownBy(() -> model.infer(InferenceRequest.of(TestModels.row(1, 2))))
                .isInstanceOf(InvalidTensorException.class);
        assertThatThrownBy(() -> model.infer(
                        InferenceRequest.of(TestModels.row(1, WIDTH)).withVersion(7)))
                .isInstanceOf(VersionNotFoundException.class);
    }

    @Test
    void enginesOfOneJvmHaveNumbersOfTheirOwn() throws Exception {
        TestHolder base = new TestHolder(root);
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        try (Holder holder = base.start(ArenaLayout.PACKED);
                Models one = base.serve("bias", base.engine())) {
            assertThat(holder).isNotNull();
            try (Models other = base.serve("bias", base.engine())) {
                other.get("bias").infer(InferenceRequest.of(TestModels.row(1, WIDTH)));
                assertThat(bean("type=Version,engine=1,model=\"bias\",version=1", VersionMXBean.class)
                                .getSuccesses())
                        .isZero();
                assertThat(bean("type=Version,engine=2,model=\"bias\",version=1", VersionMXBean.class)
                                .getSuccesses())
                        .isEqualTo(1);
            }
            assertThat(names("2")).isEmpty();
            assertThat(names("1")).hasSize(3);
            try (Models third = base.serve("bias", base.engine())) {
                assertThat(third.names()).containsExactly("bias");
                assertThat(names("2")).hasSize(3);
            }
            assertThat(one.readiness().ready()).isTrue();
        }
    }
}
