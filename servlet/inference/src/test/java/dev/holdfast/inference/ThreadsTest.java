package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which threads a request passes through. */
class ThreadsTest {
    private static final String ZEROS =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[0,0]}]}";

    @ParameterizedTest
    @EnumSource
    void quickLoneRequestsWakeNoThreadOfTheEngines(Container container) throws Exception {
        try (Container.Running running =
                container.start(Map.of(), Optional.of(TestModels.get().models()))) {
            Client client = new Client(running.uri());
            long deadline = System.nanoTime() + TestModels.LIMIT.toNanos();
            // A machine that stumbles makes runs look slow for a while, and such are left to the engine's threads.
            boolean woken = true;
            while (woken && System.nanoTime() < deadline) {
                long before = wakeUps("holdfast-echo-2-0");
                assertThat(client.post("/v2/models/echo/infer", ZEROS).status()).isEqualTo(200);
                woken = wakeUps("holdfast-echo-2-0") != before;
            }
            assertThat(woken).isFalse();
        }
    }

    /** How often a thread has begun to wait. */
    private static long wakeUps(String name) {
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(false, false)) {
            if (thread.getThreadName().equals(name)) {
                return thread.getWaitedCount();
            }
        }
        throw new AssertionError("no thread is called " + name);
    }
}
