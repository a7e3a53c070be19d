package dev.holdfast.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns settings into values; everything unsuitable is an {@link IllegalArgumentException} that names the key. */
public final class SettingReader {
    private final Function<SettingKey, Optional<String>> lookup;

    /** @param lookup the text of a setting, if it is set */
    public SettingReader(Function<SettingKey, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    /**
     * Of system properties, the environment and parameters, in this order; blank ones count as not set.
     *
     * @param parameters from key to value, null if there is none
     */
    public static SettingReader of(Function<String, @Nullable String> parameters) {
        return new SettingReader(setting -> Stream.<@Nullable String>of(
                        System.getProperty(setting.key()),
                        System.getenv(setting.variable()),
                        parameters.apply(setting.key()))
                .filter(value -> value != null && !value.isBlank())
                .map(String::strip)
                .findFirst());
    }

    /** The setting as it stands. */
    public Optional<String> text(SettingKey setting) {
        return lookup.apply(setting);
    }

    /** A whole number from {@code least} to {@code most}; {@code absent} if it is not set. */
    public long number(SettingKey setting, long absent, long least, long most) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return absent;
        }
        try {
            long value = Long.parseLong(text.get());
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw unsuitable(setting, text.get(), "a whole number", e);
        }
        throw unsuitable(setting, text.get(), "a whole number from " + least + " to " + most, null);
    }

    /** Milliseconds, 0 or more; {@code absent} if it is not set. */
    public Duration duration(SettingKey setting, Duration absent) {
        return Duration.ofMillis(number(setting, absent.toMillis(), 0, Long.MAX_VALUE));
    }

    /** {@code on} or {@code true}, {@code off} or {@code false}; {@code absent} if it is not set. */
    public boolean flag(SettingKey setting, boolean absent) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            return absent;
        }
        return switch (text.get()) {
            case "on", "true" -> true;
            case "off", "false" -> false;
            default -> throw unsuitable(setting, text.get(), "on or off", null);
        };
    }

    private static IllegalArgumentException unsuitable(
            SettingKey setting, String value, String expected, @Nullable Throwable cause) {
        return new IllegalArgumentException(setting.key() + " must be " + expected + ", but is '" + value + "'", cause);
    }
}
