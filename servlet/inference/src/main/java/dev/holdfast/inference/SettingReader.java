package dev.holdfast.inference;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns settings into values; everything unsuitable is an {@link IllegalArgumentException} that names the key. */
final class SettingReader {
    private final Function<Setting, Optional<String>> lookup;

    SettingReader(Function<Setting, Optional<String>> lookup) {
        this.lookup = lookup;
    }

    Optional<String> text(Setting setting) {
        return lookup.apply(setting);
    }

    long number(Setting setting, long absent, long least, long most) {
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

    Duration duration(Setting setting, Duration absent) {
        return Duration.ofMillis(number(setting, absent.toMillis(), 0, Long.MAX_VALUE));
    }

    boolean flag(Setting setting, boolean absent) {
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
            Setting setting, String value, String expected, @Nullable Throwable cause) {
        return new IllegalArgumentException(setting.key() + " must be " + expected + ", but is '" + value + "'", cause);
    }
}
