package dev.holdfast.jetty;

import static dev.holdfast.jetty.BaseFixture.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestHolder;
import dev.holdfast.engine.TestModels;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module in a JETTY_BASE of Jetty's own distribution. */
@Tag("jetty-base")
class JettyBaseTest {
    @TempDir
    Path root;

    private BaseFixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = BaseFixture.at(root);
        TestModels.bias(fixture.holder().models(), "bias", 1, WIDTH, 1);
    }

    @Test
    @Tag("core")
    void unpackedModuleServesAndReleasesItsLeasesWhenStopped() throws Exception {
        JettyBase base = fixture.base("base").install().addModules("http,holdfast-ee11");
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start(fixture.socket())) {
            Http http = new Http(JettyBase.uri(jetty, "http"));
            assertThat(http.ready()).isTrue();
            assertThat(http.infer("bias", WIDTH, 2).body()).contains("3.0,3.0");
            assertThat(http.status("/v2")).isEqualTo(200);
            assertThat(http.status("/v2/models/bias/versions/1/ready")).isEqualTo(200);
            assertThat(fixture.leases()).isEqualTo(1);
            assertThat(http.get("/metrics").body()).contains("holdfast_inference_request_success");
            assertThat(jetty.log())
                    .contains("event=start ", "ready=true")
                    .contains("event=connect ", "event=lease ", "event=session ", "event=warm ", "event=attach ");
            jetty.terminate();
            jetty.waitFor();
            assertThat(fixture.leases()).as("leases at holder %s", holder.pid()).isZero();
            assertThat(jetty.log()).contains("event=stop ", "event=stopped ");
        }
    }

    @Test
    void installsFromAMavenRepositoryInOneCommand() throws Exception {
        String version = System.getProperty("holdfast.version");
        Path artifact = root.resolve("m2/dev/holdfast/holdfast-jetty/" + version);
        Files.createDirectories(artifact);
        Files.copy(JettyBase.archive(), artifact.resolve("holdfast-jetty-" + version + "-config.zip"));
        JettyBase base = fixture.base("base")
                .run(
                        "maven.local.repo=" + root.resolve("m2"),
                        "--create-files",
                        "--files=maven://dev.holdfast/holdfast-jetty/" + version + "/zip/config|extract:/")
                .addModules("http,holdfast-ee10");
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start(fixture.socket())) {
            Http http = new Http(JettyBase.uri(jetty, "http"));
            assertThat(http.ready()).as("ready with holder %s", holder.pid()).isTrue();
            assertThat(http.infer("bias", WIDTH, 2).body()).contains("3.0,3.0");
        }
    }

    @Test
    void serverInAChildJvmServesAndReleases() throws Exception {
        JettyBase base = fixture.base("base").install().addModules("http,holdfast-ee11");
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start("--exec", "-Xmx256m", fixture.socket())) {
            Http http = new Http(JettyBase.uri(jetty, "http"));
            assertThat(http.ready()).as("ready with holder %s", holder.pid()).isTrue();
            ProcessHandle server = jetty.handle().children().findFirst().orElseThrow();
            server.destroy();
            server.onExit().join();
            assertThat(fixture.leases()).isZero();
        }
    }

    @Test
    @Tag("core")
    void requiredModelsThatDoNotComeAbortTheStart() throws Exception {
        JettyBase base = fixture.base("base").install().addModules("http,holdfast-ee11");
        try (JettyProcess jetty = base.start(
                fixture.socket(), "holdfast.models=bias", "holdfast.required=true", "holdfast.attach.timeout=100")) {
            assertThat(jetty.waitFor()).isNotZero();
            assertThat(jetty.log())
                    .contains("the holder at " + fixture.holder().socket() + " did not provide models [bias]")
                    .contains("holdfast.required is true");
            assertThat(jetty.opened()).isFalse();
        }
    }

    @Test
    void serverThatStartsBeforeTheHolderFollowsTheWeights() throws Exception {
        JettyBase base = fixture.base("base").install().addModules("http,holdfast-ee11");
        try (JettyProcess jetty = base.start(fixture.socket(), "holdfast.attach.timeout=0")) {
            Http http = new Http(JettyBase.uri(jetty, "http"));
            assertThat(http.status("/v2/health/ready")).isEqualTo(503);
            assertThat(http.status("/v2/health/live")).isEqualTo(200);
            try (ChildJvm holder = fixture.startHolder("bias");
                    HolderClient client = fixture.holder().client()) {
                TestHolder.await(http::ready, "readiness from holder " + holder.pid());
                assertThat(http.status("/v2/models/bias/ready")).isEqualTo(200);
                client.unload("bias", Optional.empty(), true);
                TestHolder.await(() -> http.status("/v2/health/ready") == 503, "the end of readiness");
                assertThat(http.status("/v2/models/bias/ready")).isNotEqualTo(200);
                TestHolder.await(() -> fixture.isFree("bias"), "the version's end");
                fixture.holder().load("bias");
                TestHolder.await(http::ready, "readiness again");
            }
        }
    }

    @Test
    void drainingServerFinishesWhatItHasAndRefusesTheRest() throws Exception {
        // Seconds of work, or it would be over before another process has looked.
        TestModels.power(fixture.holder().models(), "power", 10_000);
        JettyBase base = fixture.base("base").install().addModules("http,graceful,holdfast-ee11");
        try (ChildJvm holder = fixture.startHolder("power");
                JettyProcess jetty = base.start(
                        fixture.socket(),
                        "jetty.server.stopTimeout=60000",
                        "jetty.graceful.shutdownIdleTimeout=60000")) {
            URI uri = JettyBase.uri(jetty, "http");
            try (KeptConnection kept = new KeptConnection(uri);
                    KeptConnection slow = new KeptConnection(uri)) {
                assertThat(kept.get("/v2/health/ready"))
                        .as("with holder %s", holder.pid())
                        .isEqualTo(200);
                CompletableFuture<Integer> status = CompletableFuture.supplyAsync(() -> slow.inferSquare("power", 256));
                TestHolder.await(() -> ThreadDump.of(jetty.handle()).contains("dev.holdfast.engine.BatchRun"), "work");
                jetty.terminate();
                TestHolder.await(() -> jetty.log().contains("event=stop "), "draining");
                assertThat(kept.get("/v2/health/ready")).isEqualTo(503);
                assertThat(status).isNotDone();
                assertThat(status.get()).isEqualTo(200);
            }
            jetty.waitFor();
            assertThat(fixture.leases()).isZero();
        }
    }
}
