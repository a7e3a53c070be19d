package dev.holdfast.arbiter;

import java.nio.file.Path;
import java.util.Map;

/** Where class-data archives are kept: {@code $XDG_CACHE_HOME/holdfast}, or {@code ~/.cache/holdfast}. */
final class CacheDirectory {
    private CacheDirectory() {}

    static Path of(Map<String, String> environment, String home) {
        String base = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG specification has relative paths ignored.
        return base.startsWith("/") ? Path.of(base, "holdfast") : Path.of(home, ".cache", "holdfast");
    }
}
