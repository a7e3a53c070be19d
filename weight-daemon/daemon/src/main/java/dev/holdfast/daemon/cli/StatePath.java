package dev.holdfast.daemon.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Where the state directory is unless told otherwise. */
final class StatePath {
    private static final Path SYSTEM = Path.of("/var/lib/holdfast");

    private StatePath() {}

    /**
     * {@code /var/lib/holdfast} if this user can write or create it, otherwise {@code $XDG_STATE_HOME/holdfast} or
     * {@code ~/.local/state/holdfast}, as the XDG Base Directory Specification has it.
     */
    static Path byDefault() {
        return choose(System::getenv, String.valueOf(System.getProperty("user.home")), StatePath::isUsable);
    }

    static Path choose(UnaryOperator<@Nullable String> environment, String home, Predicate<Path> usable) {
        if (usable.test(SYSTEM)) {
            return SYSTEM;
        }
        String base = environment.apply("XDG_STATE_HOME");
        // The specification has relative paths ignored.
        return base != null && base.startsWith("/")
                ? Path.of(base, "holdfast")
                : Path.of(home, ".local", "state", "holdfast");
    }

    private static boolean isUsable(Path directory) {
        Path parent = directory.getParent();
        return Files.isWritable(directory)
                || (Files.notExists(directory) && parent != null && Files.isWritable(parent));
    }
}
