package dev.holdfast.worker;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;

/** How long ago this process was started; the operating system tells when, to a hundredth of a second on Linux. */
final class ProcessAge {
    private static final Instant START = ProcessHandle.current()
            .info()
            .startInstant()
            .orElseGet(() ->
                    Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime()));

    private ProcessAge() {}

    static long millis() {
        return Duration.between(START, Instant.now()).toMillis();
    }
}
