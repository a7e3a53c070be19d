package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.ByteSize;
import dev.holdfast.protocol.ModelName;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How arguments become values; what can't be read is told in the words of the type that refused it. */
final class Readings {
    private static final Pattern DURATION = Pattern.compile("([1-9]\\d{0,8})\\s*(s|m|h)");

    private Readings() {}

    /** A converter whose {@link IllegalArgumentException} becomes picocli's sentence. */
    static <T> ITypeConverter<T> of(Function<String, T> reading) {
        return text -> {
            try {
                return reading.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        };
    }

    /**
     * Reads {@code 30s}, {@code 10m}, {@code 2h}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a duration; write a positive number with s, m or h, such as 10m");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    /** For options that count bytes. */
    static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) throws Exception {
            return of(Bytes::positive).convert(text);
        }

        private static Long positive(String text) {
            long bytes = ByteSize.parse(text);
            if (bytes == 0) {
                throw new IllegalArgumentException("it must be more than 0 bytes");
            }
            return bytes;
        }
    }

    /** For arguments that name a model without a version. */
    static final class Model implements ITypeConverter<String> {
        @Override
        public String convert(String text) throws Exception {
            return of(ModelName::check).convert(text);
        }
    }
}
