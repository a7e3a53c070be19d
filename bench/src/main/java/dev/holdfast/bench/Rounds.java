package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Several ways to do one thing, each measured once a round, so that a busy machine slows all alike. The way named first
 * is the one that the others are compared with.
 */
final class Rounds {
    private final Map<String, Way> ways = new LinkedHashMap<>();

    private record Way(Measured measured, Samples samples) {}

    /** Measures one way for one round and gives one figure. */
    interface Measured {
        double measure() throws Exception;
    }

    Rounds way(String name, Measured measured) {
        ways.put(name, new Way(measured, new Samples()));
        return this;
    }

    /** Runs rounds, after one that does not count. */
    Rounds run(int rounds) throws Exception {
        return run(1, rounds);
    }

    /** Runs rounds, after some that do not count; every other one in reverse order. */
    Rounds run(int warmUp, int rounds) throws Exception {
        List<Way> order = new ArrayList<>(ways.values());
        for (int round = -warmUp; round < rounds; round++) {
            for (Way way : order) {
                double figure = way.measured().measure();
                if (round >= 0) {
                    way.samples().add(figure);
                }
            }
            Collections.reverse(order);
        }
        return this;
    }

    /** Of the ways, in their order. */
    Set<String> names() {
        return ways.keySet();
    }

    Samples of(String name) {
        Way way = ways.get(name);
        if (way == null) {
            throw new IllegalArgumentException("no way is called " + name);
        }
        return way.samples();
    }

    /** The median of what each round's figure was of the first way's in the same round. */
    double ratio(String name) {
        return of(name).ratio(ways.values().iterator().next().samples());
    }

    /** The raw samples of all ways, a line each. */
    void printRaw(String what) {
        ways.forEach((name, way) -> System.out.printf(
                Locale.ROOT, "%s, %s: %s%n", what, name, way.samples().raw()));
    }
}
