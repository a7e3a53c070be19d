package dev.holdfast.jetty;

import dev.holdfast.engine.EngineConfig;
import dev.holdfast.engine.SettingReader;

/**
 * A server's configuration; {@link ServerSetting} and {@link dev.holdfast.engine.EngineSetting} document every key.
 *
 * @param engine how the engine runs
 * @param attachTimeoutMillis longest wait for the models at start; 0 tries once, {@value #UNLIMITED} waits without limit
 * @param required whether the start fails without them
 */
record ServerSettings(EngineConfig engine, long attachTimeoutMillis, boolean required) {
    static final long UNLIMITED = -1;
    static final long DEFAULT_ATTACH_TIMEOUT_MILLIS = 10_000;

    /** @throws IllegalArgumentException if a value is unsuitable; names key, value and what it must be */
    static ServerSettings of(SettingReader values) {
        return new ServerSettings(
                EngineConfig.of(values),
                values.number(ServerSetting.ATTACH_TIMEOUT, DEFAULT_ATTACH_TIMEOUT_MILLIS, UNLIMITED, Long.MAX_VALUE),
                values.flag(ServerSetting.REQUIRED, false));
    }
}
