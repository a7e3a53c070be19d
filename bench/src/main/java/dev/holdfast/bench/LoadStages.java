package dev.holdfast.bench;

import dev.holdfast.protocol.ConnectionLostException;
import dev.holdfast.protocol.Event;
import dev.holdfast.protocol.EventType;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.HolderEvents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One load's stages by the times at which a watcher hears of them. */
final class LoadStages implements Runnable {
    /** From the request until the loader first reports: its JVM's start and the connection. */
    static final String START = "(loader starts)";

    static final String TOTAL = "(in all)";

    private final HolderEvents events;
    private final List<Begin> begins = new ArrayList<>();

    private record Begin(String stage, long nanos) {}

    private LoadStages(HolderEvents events) {
        this.events = events;
    }

    /** Loads a model and returns its stages in order, in milliseconds. */
    static Map<String, Double> of(HolderClient client, String model) throws IOException {
        HolderEvents events = client.watch(
                Optional.of(client.welcome().instance()), client.status().lastEvent());
        LoadStages stages = new LoadStages(events);
        stages.begin(START);
        Thread reader = new Thread(stages, "stages");
        try (events) {
            reader.start();
            client.load(model, Optional.empty(), false);
            stages.begin(TOTAL);
        }
        join(reader);
        return stages.durations();
    }

    private static void join(Thread reader) throws IOException {
        try {
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading events", e);
        }
    }

    private synchronized void begin(String stage) {
        boolean over =
                !begins.isEmpty() && begins.get(begins.size() - 1).stage().equals(TOTAL);
        if (!over) {
            begins.add(new Begin(stage, System.nanoTime()));
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                Event event = events.next();
                if (event.eventType() == EventType.PROGRESS && event.doneBytes() == 0) {
                    begin(event.text());
                } else if (event.eventType() == EventType.PUBLISHED) {
                    begin("(loader ends, holder clears up)");
                }
            }
        } catch (ConnectionLostException closed) {
            // The load is over.
        }
    }

    /** The last begin is the end of all. */
    private synchronized Map<String, Double> durations() {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (int i = 1; i < begins.size(); i++) {
            millis.merge(begins.get(i - 1).stage(), between(i - 1, i), Double::sum);
        }
        millis.put(TOTAL, between(0, begins.size() - 1));
        return millis;
    }

    private double between(int from, int to) {
        return (begins.get(to).nanos() - begins.get(from).nanos()) / 1e6;
    }
}
