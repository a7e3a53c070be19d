package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class WorkerServerTest {
    @Test
    void fewThreadsAnswer() {
        int most = ((QueuedThreadPool) WorkerServer.onPort(0).getThreadPool()).getMaxThreads();

        assertThat(most).isEqualTo(Math.max(32, 2 * Runtime.getRuntime().availableProcessors()));
    }
}
