package dev.holdfast.protocol;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the holder's socket is unless told otherwise. */
public final class SocketPath {
    /** System property that names the socket. */
    public static final String PROPERTY = "holdfast.socket";

    /** Environment variable that names the socket. */
    public static final String VARIABLE = "HOLDFAST_SOCKET";

    private static final Path SYSTEM_DIRECTORY = Path.of("/run/holdfast");
    private static final String FILE = "weights.sock";

    private SocketPath() {}

    /**
     * The first there is of: system property {@value #PROPERTY}; environment variable {@value #VARIABLE};
     * {@code /run/holdfast/weights.sock} if that directory exists; {@code $XDG_RUNTIME_DIR/holdfast/weights.sock};
     * {@code holdfast-USER/weights.sock} in {@code java.io.tmpdir}.
     */
    public static Path byDefault() {
        return choose(System::getProperty, System::getenv, SYSTEM_DIRECTORY);
    }

    static Path choose(
            UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment, Path system) {
        String named = firstOf(properties.apply(PROPERTY), environment.apply(VARIABLE));
        if (named != null) {
            return Path.of(named);
        }
        if (Files.isDirectory(system)) {
            return system.resolve(FILE);
        }
        String runtime = firstOf(environment.apply("XDG_RUNTIME_DIR"), null);
        if (runtime != null) {
            return Path.of(runtime, "holdfast", FILE);
        }
        return Path.of(
                String.valueOf(properties.apply("java.io.tmpdir")), "holdfast-" + properties.apply("user.name"), FILE);
    }

    private static @Nullable String firstOf(@Nullable String first, @Nullable String second) {
        if (first != null && !first.isEmpty()) {
            return first;
        }
        return second != null && !second.isEmpty() ? second : null;
    }
}
