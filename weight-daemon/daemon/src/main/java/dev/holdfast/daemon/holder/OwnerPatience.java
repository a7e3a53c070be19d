package dev.holdfast.daemon.holder;

import java.time.Duration;

/** How long the owner of memory waits for a holder when nobody has the version: {@code holdfast.owner.patience}. */
final class OwnerPatience {
    private static final String PROPERTY = "holdfast.owner.patience";

    /** A holder's restart takes seconds; systemd tries a few times within this. */
    private static final long DEFAULT_SECONDS = 60;

    private OwnerPatience() {}

    /** @throws IllegalArgumentException if the property is set to anything but a number of seconds */
    static Duration configured() {
        String text = System.getProperty(PROPERTY, Long.toString(DEFAULT_SECONDS));
        if (!text.matches("\\d{1,6}")) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + text
                    + " is not a number of seconds, 0 to 999999; set it right or leave it out");
        }
        return Duration.ofSeconds(Long.parseLong(text));
    }
}
