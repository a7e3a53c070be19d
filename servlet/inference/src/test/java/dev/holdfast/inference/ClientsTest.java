package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are slow, go away, or send something else than they announce; none may cost the others anything. */
@Tag("core")
class ClientsTest {
    private static final int MORE_THAN_THREADS = 2 * Container.THREADS;

    private final List<AutoCloseable> open = new ArrayList<>();

    private Container.Running start(Container container, Map<String, String> settings) throws Exception {
        return keep(container.start(settings, Optional.of(TestModels.get().models())));
    }

    private <T extends AutoCloseable> T keep(T resource) {
        open.add(0, resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : open) {
            resource.close();
        }
    }

    private static void assertServes(Container.Running running) throws Exception {
        assertThat(new Client(running.uri()).get("/v2/health/live").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource
    void slowSendersBlockNoThread(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            keep(new RawConnection(running.uri())).head(1000).send("{\"inputs\":");
        }
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void slowReadersBlockNoThread(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            RawConnection reader = keep(new RawConnection(running.uri())).echoZeros(2_500_000);
            assertThat(reader.receive(1)).startsWith("HTTP/1.1 200");
        }
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void bodyThatDoesNotArriveInTimeIsGivenUp(Container container) throws Exception {
        Container.Running running = start(container, Map.of(Setting.REQUEST_TIMEOUT.key(), "300"));
        RawConnection slow = keep(new RawConnection(running.uri())).head(1000).send("{\"inputs\":");
        assertThat(slow.receive(Integer.MAX_VALUE)).startsWith("HTTP/1.1 408").contains("{\"error\":");
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void bodyShorterThanAnnouncedCostsThatConnectionAlone(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        RawConnection cut = keep(new RawConnection(running.uri()))
                .head(1000)
                .send("{\"inputs\":")
                .end();
        assertThat(cut.receive(Integer.MAX_VALUE)).doesNotContain(" 200 ").doesNotContain(" 500 ");
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void bodyLongerThanAnnouncedIsNoPartOfTheRequest(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        RawConnection longer = keep(new RawConnection(running.uri())).head(2).send("{}{\"more\":1}\r\n\r\n");
        assertThat(longer.receive(200)).startsWith("HTTP/1.1 400").contains("inputs");
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void clientThatGoesAwayWhileItIsAnsweredCostsNothing(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        for (int i = 0; i < MORE_THAN_THREADS; i++) {
            try (RawConnection going = new RawConnection(running.uri()).echoZeros(2_500_000)) {
                assertThat(going.receive(1)).startsWith("HTTP/1.1 200");
            }
        }
        assertServes(running);
    }

    @ParameterizedTest
    @EnumSource
    void requestWithoutLengthIsRefused(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        RawConnection silent = keep(new RawConnection(running.uri()))
                .send("POST /v2/models/echo/infer HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        assertThat(silent.receive(Integer.MAX_VALUE)).startsWith("HTTP/1.1 411");
    }

    @ParameterizedTest
    @EnumSource
    void chunkedBodyIsRead(Container container) throws Exception {
        Container.Running running = start(container, Map.of());
        String json = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}";
        RawConnection chunked = keep(new RawConnection(running.uri()))
                .send("POST /v2/models/echo/infer HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(json.length()) + "\r\n" + json
                        + "\r\n0\r\n\r\n");
        assertThat(chunked.receive(Integer.MAX_VALUE))
                .startsWith("HTTP/1.1 200")
                .contains("\"data\":[1.0]");
    }
}
