package dev.holdfast.jetty;

import dev.holdfast.engine.Models;
import dev.holdfast.engine.Readiness;
import java.time.Duration;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wait of a starting server for its models. */
record AttachWait(Models models, ServerSettings settings) {
    private static final Logger LOG = LoggerFactory.getLogger(AttachWait.class);

    /** @throws NotAttachedException if the models are required and do not serve in time */
    void run() {
        long begin = System.nanoTime();
        boolean ready = await();
        long millis = (System.nanoTime() - begin) / 1_000_000;
        Readiness readiness = models.readiness();
        LOG.info("event=start holder={} ready={} ms={}", socket(), ready, millis);
        if (!ready && settings.required()) {
            throw new NotAttachedException("the holder at " + socket() + " did not provide " + wanted() + " within "
                    + millis + " ms, and " + ServerSetting.REQUIRED.key() + " is true: " + readiness.reason());
        }
        if (!ready) {
            LOG.warn("Starting without {}, attaching in the background: {}", wanted(), readiness.reason());
        }
    }

    private boolean await() {
        try {
            if (settings.attachTimeoutMillis() == 0) {
                models.awaitFirstAttempt();
            }
            return models.awaitReady(limit());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the holder at " + socket(), e);
        }
    }

    private Duration limit() {
        long millis = settings.attachTimeoutMillis();
        return Duration.ofMillis(millis == ServerSettings.UNLIMITED ? Long.MAX_VALUE : millis);
    }

    private Object socket() {
        return settings.engine().socket();
    }

    private Object wanted() {
        Set<String> names = settings.engine().models();
        return names.isEmpty() ? "all models" : "models " + names;
    }
}
