package dev.holdfast.engine;

import java.util.Locale;

/**
 * The key of something that can be configured. One key everywhere: as a system property, as an environment variable (upper
 * case, with underscores, such as {@code HOLDFAST_SOCKET}), and as a parameter of whatever the engine runs in: a web
 * application's context or a server. The first of these that is set counts, so that whoever runs a container can overrule
 * what an application brings along.
 */
public interface SettingKey {
    /** The name as a system property and as a parameter. */
    String key();

    /** The name as an environment variable. */
    default String variable() {
        return key().toUpperCase(Locale.ROOT).replace('.', '_');
    }
}
