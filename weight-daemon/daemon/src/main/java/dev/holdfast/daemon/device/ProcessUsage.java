package dev.holdfast.daemon.device;

import java.util.Optional;

/**
 * A process of Holdfast's as NVML counts for it.
 *
 * @param pid its process id
 * @param role {@link #HOLDER} or {@link #WORKER}
 * @param bytes what it takes of the device's memory; empty if that can't be told for sure
 */
public record ProcessUsage(long pid, String role, Optional<Long> bytes) {
    /** The holder, which takes nothing. */
    public static final String HOLDER = "holder";

    /** A process that leases a version on the device. */
    public static final String WORKER = "worker";
}
