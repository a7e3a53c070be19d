package dev.holdfast.daemon.device;

/**
 * A version on a device.
 *
 * @param model its model's name
 * @param version its number
 * @param arenaBytes the exact length of its arena, of which the device has one copy
 */
public record VersionUsage(String model, long version, long arenaBytes) {}
