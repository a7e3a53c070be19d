package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** This release of Holdfast, from a resource that the build fills in. */
public final class HoldfastRelease {
    private static final String RESOURCE = "/dev/holdfast/daemon/release.properties";

    private HoldfastRelease() {}

    /** Such as {@code 0.1.0}. @throws IllegalStateException if the jar lacks its resource */
    public static String version() {
        try (InputStream in = HoldfastRelease.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException(RESOURCE + " is missing from the jar");
            }
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new IllegalStateException(RESOURCE + " can't be read", e);
        }
    }
}
