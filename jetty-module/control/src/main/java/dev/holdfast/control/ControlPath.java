package dev.holdfast.control;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the arbiter's control socket is unless told otherwise. */
public final class ControlPath {
    private static final String FILE = "control.sock";

    private ControlPath() {}

    /**
     * {@code $XDG_RUNTIME_DIR/holdfast-serve/control.sock}; without that variable {@code holdfast-serve-USER/control.sock}
     * in {@code java.io.tmpdir}.
     */
    public static Path byDefault() {
        return choose(System::getProperty, System::getenv);
    }

    static Path choose(UnaryOperator<@Nullable String> properties, UnaryOperator<@Nullable String> environment) {
        String runtime = environment.apply("XDG_RUNTIME_DIR");
        return runtime != null && !runtime.isEmpty()
                ? Path.of(runtime, "holdfast-serve", FILE)
                : Path.of(
                        String.valueOf(properties.apply("java.io.tmpdir")),
                        "holdfast-serve-" + properties.apply("user.name"),
                        FILE);
    }
}
