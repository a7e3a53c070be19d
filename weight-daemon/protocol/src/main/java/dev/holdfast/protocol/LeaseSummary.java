package dev.holdfast.protocol;

/**
 * An open lease as the holder sees it.
 *
 * @param id its number, unique within one instance of the holder
 * @param pid the process that holds it, as the kernel told when it connected
 * @param uid that process's user
 * @param command that process's command; empty if it can't be read
 * @param ageMillis since it was granted
 */
public record LeaseSummary(long id, long pid, long uid, String command, long ageMillis) {}
