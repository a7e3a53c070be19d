package dev.holdfast.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.daemon.holder.Holder;
import dev.holdfast.engine.EngineSetting;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.TestHolder;
import dev.holdfast.engine.TestModels;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Jetty that is embedded in code. */
@Tag("core")
class HoldfastLifeCycleTest {
    /** From Java 25 on the common pool is used even if it has one thread, and two tasks would wait for each other. */
    private static final Executor ON_ITS_OWN_THREAD = task -> new Thread(task).start();

    private static final int WIDTH = 1024;

    @TempDir
    Path root;

    private TestHolder base;
    private EmbeddedServer jetty;

    @BeforeEach
    void prepare() throws Exception {
        base = new TestHolder(root);
        TestModels.bias(base.models(), "bias", 1, WIDTH, 1);
        jetty = new EmbeddedServer();
        jetty.lifeCycle.setParameter(EngineSetting.SOCKET.key(), base.socket().toString());
        jetty.lifeCycle.setParameter(EngineSetting.MODELS.key(), "bias");
        jetty.contexts.addHandler(EmbeddedServer.inference("/"));
    }

    private Holder startHolder() throws Exception {
        Holder holder = base.start(ArenaLayout.PACKED);
        base.load("bias");
        return holder;
    }

    private long leases() {
        try (HolderClient client = base.client()) {
            return client.list().stream()
                    .flatMap(model -> model.versions().stream())
                    .mapToLong(version -> version.leases().size())
                    .sum();
        }
    }

    @Test
    void serverIsReadyOnceItHasStartedAndReleasesWhatItLeased() throws Exception {
        try (Holder holder = startHolder()) {
            assertThat(holder).isNotNull();
            jetty.server.start();
            assertThat(new Http(jetty.uri()).ready()).isTrue();
            assertThat(new Http(jetty.uri()).infer("bias", WIDTH, 2).body()).contains("3.0,3.0");
            assertThat(leases()).isEqualTo(1);
            jetty.server.stop();
            assertThat(leases()).isZero();
            assertThat(jetty.server.getAttribute(Models.ATTRIBUTE)).isNull();
        }
    }

    @Test
    void serverStartsAgainAfterItWasStopped() throws Exception {
        try (Holder holder = startHolder()) {
            assertThat(holder).isNotNull();
            jetty.server.start();
            jetty.server.stop();
            jetty.server.start();
            assertThat(new Http(jetty.uri()).infer("bias", WIDTH, 2).statusCode())
                    .isEqualTo(200);
            jetty.close();
            assertThat(leases()).isZero();
        }
    }

    @Test
    void contextsOfEveryAgeGetTheModels() throws Exception {
        try (Holder holder = startHolder();
                EmbeddedServer running = jetty) {
            assertThat(holder).isNotNull();
            running.server.start();
            ServletContextHandler later = EmbeddedServer.inference("/later");
            running.contexts.addHandler(later);
            later.start();
            Http http = new Http(running.uri());
            assertThat(http.status("/later/v2/health/ready")).isEqualTo(200);
            later.stop();
            later.start();
            assertThat(http.status("/later/v2/health/ready")).isEqualTo(200);
            assertThat(later.getServletContext().getAttribute(Models.ATTRIBUTE))
                    .isSameAs(running.server.getAttribute(Models.ATTRIBUTE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100"})
    void requiredModelsThatDoNotComeAbortTheStartBeforeThePortOpens(String limit) throws Exception {
        jetty.lifeCycle.setParameter(ServerSetting.REQUIRED.key(), "true");
        jetty.lifeCycle.setParameter(ServerSetting.ATTACH_TIMEOUT.key(), limit);
        assertThatThrownBy(jetty.server::start)
                .isInstanceOf(NotAttachedException.class)
                .hasMessageContaining(base.socket().toString())
                .hasMessageContaining("bias")
                .hasMessageContaining(ServerSetting.REQUIRED.key());
        assertThat(jetty.listens()).isFalse();
        assertThat(jetty.server.getAttribute(Models.ATTRIBUTE)).isNull();
    }

    @Test
    void serverThatStartsBeforeTheHolderBecomesReadyByItself() throws Exception {
        jetty.lifeCycle.setParameter(ServerSetting.ATTACH_TIMEOUT.key(), "0");
        try (EmbeddedServer running = jetty) {
            running.server.start();
            Http http = new Http(running.uri());
            assertThat(http.get("/v2/health/ready").statusCode()).isEqualTo(503);
            assertThat(http.get("/v2/health/live").statusCode()).isEqualTo(200);
            try (Holder holder = startHolder()) {
                assertThat(holder).isNotNull();
                TestHolder.await(http::ready, "readiness");
                assertThat(http.infer("bias", WIDTH, 2).statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void waitWithoutLimitEndsWhenTheModelsServe() throws Exception {
        jetty.lifeCycle.setParameter(ServerSetting.REQUIRED.key(), "true");
        jetty.lifeCycle.setParameter(ServerSetting.ATTACH_TIMEOUT.key(), "-1");
        CompletableFuture<Void> started = CompletableFuture.runAsync(() -> {
            try {
                jetty.server.start();
            } catch (Exception e) {
                throw new IllegalStateException("the start failed", e);
            }
        });
        TestHolder.await(() -> jetty.server.getAttribute(Models.ATTRIBUTE) != null, "the attempt");
        assertThat(jetty.listens()).isFalse();
        try (Holder holder = startHolder();
                EmbeddedServer running = jetty) {
            assertThat(holder).isNotNull();
            started.get();
            assertThat(new Http(running.uri()).ready()).isTrue();
        }
    }

    @Test
    void whatWasBeingOpenedIsClosedIfTheStartFailsBefore() throws Exception {
        System.setProperty(EngineSetting.SOCKET.key(), base.socket().toString());
        Server server = new Server();
        try (Holder holder = startHolder()) {
            assertThat(holder).isNotNull();
            server.addEventListener(HoldfastLifeCycle.attaching());
            TestHolder.await(() -> leases() == 1, "the lease");
            System.setProperty(ServerSetting.ATTACH_TIMEOUT.key(), "soon");
            assertThatThrownBy(server::start)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(ServerSetting.ATTACH_TIMEOUT.key());
            TestHolder.await(() -> leases() == 0, "the lease's end");
        } finally {
            System.clearProperty(EngineSetting.SOCKET.key());
            System.clearProperty(ServerSetting.ATTACH_TIMEOUT.key());
        }
    }

    @Test
    void unknownParameterIsNamed() {
        assertThatThrownBy(() -> jetty.lifeCycle.setParameter("holdfast.sokket", "/tmp/s"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holdfast.sokket")
                .hasMessageContaining("holdfast.socket");
    }

    @Test
    void drainingServerFinishesWhatItHasAndRefusesTheRest() throws Exception {
        TestModels.power(base.models(), "power", 2000);
        jetty.lifeCycle.setParameter(EngineSetting.MODELS.key(), "power");
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            assertThat(holder).isNotNull();
            base.load("power");
            jetty.keepConnections();
            jetty.server.start();
            try (KeptConnection kept = new KeptConnection(jetty.uri());
                    KeptConnection slow = new KeptConnection(jetty.uri())) {
                assertThat(kept.get("/v2/health/ready")).isEqualTo(200);
                CompletableFuture<Integer> status =
                        CompletableFuture.supplyAsync(() -> slow.inferSquare("power", 256), ON_ITS_OWN_THREAD);
                TestHolder.await(HoldfastLifeCycleTest::computes, "the computation");
                CompletableFuture<Void> stopped =
                        CompletableFuture.runAsync(() -> LifeCycle.stop(jetty.server), ON_ITS_OWN_THREAD);
                TestHolder.await(jetty.server::isStopping, "the stop");
                assertThat(kept.get("/v2/health/ready")).isEqualTo(503);
                assertThat(status).isNotDone();
                assertThat(status.get()).isEqualTo(200);
                kept.close();
                slow.close();
                stopped.get();
            }
            assertThat(leases()).isZero();
        }
    }

    /** Whether a run of a session is under way. */
    private static boolean computes() {
        return Thread.getAllStackTraces().values().stream().flatMap(Stream::of).anyMatch(frame -> frame.getClassName()
                .equals("dev.holdfast.engine.BatchRun"));
    }
}
