package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.EngineSetting;
import dev.holdfast.engine.SettingKey;
import dev.holdfast.inference.Client.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How an application starts, is configured, and stops. */
@Tag("core")
class ApplicationTest {
    private static Map<String, String> parameters(Map<? extends SettingKey, String> settings) throws Exception {
        Map<String, String> parameters = new HashMap<>();
        parameters.put(EngineSetting.SOCKET.key(), TestModels.get().socket().toString());
        settings.forEach((setting, value) -> parameters.put(setting.key(), value));
        return parameters;
    }

    private static void awaitReady(Client client) throws Exception {
        TestModels.await(() -> client.get("/v2/health/ready").status() == 200, "readiness");
    }

    @ParameterizedTest
    @EnumSource
    void listenerOpensTheHoldersModelsAndClosesThem(Container container) throws Exception {
        try (Container.Running running =
                container.start(parameters(Map.of(EngineSetting.MODELS, "echo")), Optional.empty())) {
            Client client = new Client(running.uri());
            awaitReady(client);
            assertThat(client.get("/v2/models/echo/ready").status()).isEqualTo(200);
            assertThat(leases("echo")).isEqualTo(4);
        }
        TestModels.await(() -> leases("echo") == 2, "leases closed");
    }

    private static long leases(String model) throws Exception {
        try (var holder = TestModels.get().models().holder()) {
            return holder.list().stream()
                    .filter(listing -> listing.name().equals(model))
                    .flatMap(listing -> listing.versions().stream())
                    .mapToLong(version -> version.leases().size())
                    .sum();
        }
    }

    @ParameterizedTest
    @EnumSource
    void providedModelsStayOpen(Container container) throws Exception {
        container.start(Map.of(), Optional.of(TestModels.get().models())).close();
        assertThat(TestModels.get().models().readiness().ready()).isTrue();
    }

    @Test
    void applicationWithoutItsHolderIsLiveAndNotReady() throws Exception {
        Map<String, String> parameters = Map.of(EngineSetting.SOCKET.key(), "/nonexistent/weights.sock");
        try (Container.Running running = Container.JETTY.start(parameters, Optional.empty())) {
            Client client = new Client(running.uri());
            assertThat(client.get("/v2/health/live").status()).isEqualTo(200);
            Answer ready = client.get("/v2/health/ready");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().get("ready").asBoolean()).isFalse();
            assertThat(ready.error()).isNotEmpty();
        }
    }

    @Test
    void unsuitableSettingFailsTheStart() {
        assertThatThrownBy(() -> Container.JETTY.start(Map.of(Setting.BODY_LIMIT.key(), "much"), Optional.empty()))
                .hasStackTraceContaining(Setting.BODY_LIMIT.key());
    }

    @Test
    void repositoryAnswersOnceItIsOn() throws Exception {
        Map<String, String> parameters = parameters(Map.of(Setting.REPOSITORY, "on", Setting.REPOSITORY_ROLE, "*"));
        try (Container.Running running =
                Container.TOMCAT.start(parameters, Optional.of(TestModels.get().models()))) {
            Client client = new Client(running.uri());
            Answer index = client.post("/v2/repository/index", "{\"ready\":true}");
            assertThat(index.text())
                    .contains("{\"name\":\"echo\",\"version\":\"1\",\"state\":\"READY\",\"reason\":\"\"}");
            assertThat(client.post("/v2/repository/models/nothing/load", "").status())
                    .isEqualTo(404);
            assertThat(client.post("/v2/repository/models/texts/load", "{\"parameters\":{\"config\":\"{}\"}}")
                            .status())
                    .isEqualTo(400);
            assertThat(client.get("/v2").json().get("extensions").toString()).contains("model_repository");
        }
    }

    @Test
    void loadingNeedsTheRole() throws Exception {
        Map<String, String> parameters = parameters(Map.of(Setting.REPOSITORY, "on"));
        try (Container.Running running =
                Container.JETTY.start(parameters, Optional.of(TestModels.get().models()))) {
            Answer refused = new Client(running.uri()).post("/v2/repository/models/echo/unload", "");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.error()).contains("holdfast-admin");
        }
    }

    @Test
    void webFragmentNamesListenerAndServlet() throws IOException {
        try (InputStream in = InferenceServlet.class.getResourceAsStream("/META-INF/web-fragment.xml")) {
            assertThat(in).isNotNull();
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .contains(HoldfastContextListener.class.getName(), InferenceServlet.class.getName())
                    .contains("<async-supported>true</async-supported>", "/v2/*")
                    .contains(MetricsServlet.class.getName(), ">/metrics<");
        }
    }
}
