package dev.holdfast.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What {@link ServeCommand} prints: raw samples as they come, and three tables at the end. */
final class ServeTables {
    private final List<String> loads = new ArrayList<>();
    private final List<String> replacements = new ArrayList<>();
    private final List<String> memory = new ArrayList<>();
    private long failures;

    /** @param loads of the ways, in their order */
    void addLoad(String what, Rounds perSecond, List<FleetLoad> loads) {
        perSecond.printRaw("requests/s " + what);
        int index = 0;
        for (String name : perSecond.names()) {
            FleetLoad load = loads.get(index++);
            System.out.printf("p99 ms %s, %s: %s%n", what, name, load.tail().raw());
            countFailures(load);
            this.loads.add(String.format(
                    Locale.ROOT,
                    "%s | %s | %.1f | %.2f | %.2f | %.2f | %d |",
                    what,
                    name,
                    perSecond.of(name).median(),
                    perSecond.ratio(name),
                    load.median().median(),
                    load.tail().median(),
                    load.failures()));
        }
    }

    void addReplacements(String what, Rounds millis) {
        millis.printRaw("replaced after ms " + what);
        addEach(replacements, what, millis, "%.0f");
    }

    /** What each process takes, in the order of {@link Fleet#pids}. */
    void printProcesses(String what, Fleet fleet) throws IOException {
        Samples each = new Samples();
        for (long pid : fleet.pids()) {
            each.add(ProcessFigures.of(pid).proportionalMib());
        }
        System.out.printf("Pss MiB of each process %s, %s: %s%n", what, fleet.name(), each.raw());
    }

    void addMemory(String what, Rounds mebibytes) {
        addEach(memory, what, mebibytes, "%.1f");
    }

    private static void addEach(List<String> table, String what, Rounds measured, String format) {
        if (measured.names().stream().anyMatch(name -> measured.of(name).count() == 0)) {
            return;
        }
        for (String name : measured.names()) {
            table.add(String.format(
                    Locale.ROOT,
                    "%s | %s | " + format + " | %.2f |",
                    what,
                    name,
                    measured.of(name).median(),
                    measured.ratio(name)));
        }
    }

    /** Of a load that stands in no table, too. */
    void countFailures(FleetLoad load) {
        failures += load.failures();
        load.lastFailure().ifPresent(reason -> System.out.println("last failure: " + reason));
    }

    /** Requests that failed. */
    long failures() {
        return failures;
    }

    void print() {
        print("| model | JVMs | connections | side | requests/s | of plain | p50 ms | p99 ms | failed |", loads);
        print("| model | JVMs | side | replaced after ms | of plain |", replacements);
        print("| model | JVMs | side | sum of Pss MiB | of plain |", memory);
        System.out.println("failed requests, warm-up included: " + failures);
    }

    private static void print(String head, List<String> rows) {
        System.out.printf("%n%s%n%s%n", head, head.replaceAll("[^|]+", "---"));
        rows.forEach(System.out::println);
    }
}
