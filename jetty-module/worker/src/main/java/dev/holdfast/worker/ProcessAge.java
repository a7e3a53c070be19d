package dev.holdfast.worker;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long ago this process was started; the operating system tells when, to a hundredth of a second on Linux.
 *
 * <p>{@link ProcessHandle} is up to a second off there, because it counts from the time of boot, which the kernel gives in
 * whole seconds.
 */
final class ProcessAge {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessAge.class);
    private static final Path PROC = Path.of("/proc");

    /** Where {@code starttime} is in proc(5)'s {@code /proc/PID/stat}, counted from the field after the name. */
    private static final int START_TIME = 19;

    /** {@code USER_HZ}, the same on every architecture that Java runs on: ticks a second. */
    private static final long TICKS_PER_SECOND = 100;

    /** A container may be told of an uptime of its own; then both clocks have nothing to do with each other. */
    private static final Duration MOST_DIFFERENCE = Duration.ofSeconds(2);

    private static final Instant START = start();

    private ProcessAge() {}

    static long millis() {
        return Duration.between(START, Instant.now()).toMillis();
    }

    private static Instant start() {
        Instant roughly = ProcessHandle.current()
                .info()
                .startInstant()
                .orElseGet(() -> Instant.ofEpochMilli(
                        ManagementFactory.getRuntimeMXBean().getStartTime()));
        if (!Files.isReadable(PROC.resolve("self/stat"))) {
            return roughly;
        }
        try {
            Duration age = age(Files.readString(PROC.resolve("self/stat")), Files.readString(PROC.resolve("uptime")));
            Instant exactly = Instant.now().minus(age);
            return Duration.between(roughly, exactly).abs().compareTo(MOST_DIFFERENCE) < 0 ? exactly : roughly;
        } catch (IOException | RuntimeException e) {
            LOG.debug("the kernel does not say when this process was started", e);
            return roughly;
        }
    }

    /**
     * How long before {@code uptime} a process was started.
     *
     * @param stat its {@code /proc/PID/stat}; the name, in parentheses, may contain anything
     * @param uptime {@code /proc/uptime}: seconds since boot, then something else
     */
    static Duration age(String stat, String uptime) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long startedMillis = Long.parseLong(fields[START_TIME]) * 1000 / TICKS_PER_SECOND;
        long upMillis = Math.round(Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000);
        return Duration.ofMillis(upMillis - startedMillis);
    }
}
