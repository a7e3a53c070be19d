package dev.holdfast.daemon.holder;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Byte counts as people write them: binary units, {@code 8g} for 8 GiB. */
public final class ByteSize {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s*([kmgt]?)(i?b)?", Pattern.CASE_INSENSITIVE);
    private static final String UNITS = "kmgt";

    private ByteSize() {}

    /**
     * Reads {@code 123}, {@code 64k}, {@code 512MiB}, {@code 8g}, {@code 1t}.
     *
     * @throws IllegalArgumentException for anything else, or more than a {@code long} holds
     */
    public static long parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a size; write bytes or a number with a unit, such as 512m or 8g");
        }
        String unit = matcher.group(2).toLowerCase(Locale.ROOT);
        int shift = unit.isEmpty() ? 0 : 10 * (UNITS.indexOf(unit) + 1);
        long number = Long.parseLong(matcher.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException("'" + text + "' is more than can be counted");
        }
        return number << shift;
    }

    /** Such as {@code 86.4 MiB}; exact below 1 KiB. */
    public static String format(long bytes) {
        if (bytes == Long.MAX_VALUE) {
            return "unlimited";
        }
        if (bytes < 1024) {
            return bytes + " B";
        }
        int exponent = Math.min(4, (63 - Long.numberOfLeadingZeros(bytes)) / 10);
        double value = bytes / (double) (1L << (10 * exponent));
        return String.format(Locale.ROOT, "%.1f %siB", value, Character.toUpperCase(UNITS.charAt(exponent - 1)));
    }
}
