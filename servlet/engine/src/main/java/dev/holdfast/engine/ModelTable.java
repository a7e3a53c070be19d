package dev.holdfast.engine;

import dev.holdfast.engine.Readiness.ModelReadiness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;

/** The models here, and whether they are all that is wanted. Written by the link to the holder, read by any thread. */
final class ModelTable {
    private final ConcurrentSkipListMap<String, ServedModel> models = new ConcurrentSkipListMap<>();
    private final Set<String> configured;
    private Set<String> listed = Set.of();
    private boolean connected;
    private boolean tried;
    private volatile boolean closing;
    private String trouble = "the holder has not answered yet";

    ModelTable(Set<String> configured) {
        this.configured = new TreeSet<>(configured);
    }

    Optional<ServedModel> find(String name) {
        return Optional.ofNullable(models.get(name));
    }

    List<String> names() {
        return List.copyOf(models.keySet());
    }

    List<ServedModel> all() {
        return List.copyOf(models.values());
    }

    /** Whether a model of the holder's is to be served here. */
    boolean isWanted(String name) {
        return configured.isEmpty() || configured.contains(name);
    }

    /** The model of that name, from now on if need be. */
    ServedModel enter(String name) {
        ServedModel model = models.computeIfAbsent(name, ServedModel::new);
        if (closing) {
            model.beginClose();
        }
        return model;
    }

    /** Has all models, also those yet to come, refuse new requests. */
    synchronized void beginClose() {
        closing = true;
        models.values().forEach(ServedModel::beginClose);
        notifyAll();
    }

    /** Says what the holder has, once it has been followed. */
    synchronized void followed(Set<String> names) {
        listed = Set.copyOf(names);
        connected = true;
        tried = true;
        trouble = "";
        notifyAll();
    }

    /** Says that the holder is gone. */
    synchronized void lost(String reason) {
        connected = false;
        tried = true;
        trouble = reason;
        notifyAll();
    }

    synchronized Readiness readiness() {
        Set<String> wanted = configured.isEmpty() ? listed : configured;
        List<String> missing = wanted.stream()
                .filter(name -> find(name).filter(ServedModel::ready).isEmpty())
                .toList();
        List<ModelReadiness> all = new ArrayList<>();
        models.values().forEach(model -> all.add(model.readiness()));
        boolean ready = !closing && missing.isEmpty() && !wanted.isEmpty();
        return new Readiness(ready, connected, ready ? "" : reason(wanted, missing), all);
    }

    private String reason(Set<String> wanted, List<String> missing) {
        if (closing) {
            return "the engine is closing";
        }
        String what = wanted.isEmpty() ? "the holder has published no model" : "models " + missing + " do not serve";
        return connected ? what : trouble;
    }

    /** Waits until the holder has been followed or missed once. */
    synchronized void awaitFirstAttempt() throws InterruptedException {
        while (!tried && !closing) {
            wait();
        }
    }

    /** Waits until all that is wanted serves; whether that came in time. */
    synchronized boolean awaitReady(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.NANOSECONDS.convert(limit);
        while (!readiness().ready()) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || closing) {
                return false;
            }
            wait(left / 1_000_000 + 1);
        }
        return true;
    }
}
