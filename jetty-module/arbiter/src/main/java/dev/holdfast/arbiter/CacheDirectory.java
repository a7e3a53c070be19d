package dev.holdfast.arbiter;

import java.nio.file.Path;
import java.util.Map;

/** Where class-data archives are kept: {@code holdfast/archives} in {@code $XDG_CACHE_HOME} or {@code ~/.cache}. */
final class CacheDirectory {
    private CacheDirectory() {}

    static Path of(Map<String, String> environment, String home) {
        String base = environment.getOrDefault("XDG_CACHE_HOME", "");
        // The XDG specification has relative paths ignored.
        Path cache = base.startsWith("/") ? Path.of(base) : Path.of(home, ".cache");
        return cache.resolve("holdfast").resolve("archives");
    }
}
