package dev.holdfast.jetty;

import dev.holdfast.engine.SettingKey;

/** What can be configured of a Jetty server, beside its engine's {@link dev.holdfast.engine.EngineSetting}. */
public enum ServerSetting implements SettingKey {
    /**
     * Longest time that the server's start waits until every model wanted serves, in milliseconds; 0 tries once, -1 waits
     * without limit. Default: 10000.
     */
    ATTACH_TIMEOUT("holdfast.attach.timeout"),
    /**
     * Whether the start fails if a model does not serve by then: {@code true} or {@code false}. If not, the server starts
     * without being ready and is so once the models serve. Default: false.
     */
    REQUIRED("holdfast.required");

    private final String key;

    ServerSetting(String key) {
        this.key = key;
    }

    @Override
    public String key() {
        return key;
    }
}
