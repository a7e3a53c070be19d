package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Samples of one quantity, in the order they were taken. */
final class Samples {
    private static final int MOST_PRINTED = 20;

    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    int count() {
        return values.size();
    }

    double get(int index) {
        return values.get(index);
    }

    double min() {
        return quantile(0);
    }

    double median() {
        return quantile(0.5);
    }

    /** The sample that a share of all samples, from 0 to 1, lie below; the upper of two in the middle. */
    double quantile(double share) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(Math.floor(share * sorted.size()))));
    }

    /** The median of what each sample is of another's in the same place. */
    double ratio(Samples others) {
        Samples ratios = new Samples();
        for (int i = 0; i < values.size(); i++) {
            ratios.add(values.get(i) / others.values.get(i));
        }
        return ratios.median();
    }

    /** As they came; of many, evenly spaced ones. */
    String raw() {
        int step = Math.max(1, (values.size() + MOST_PRINTED - 1) / MOST_PRINTED);
        return IntStream.range(0, values.size())
                .filter(index -> index % step == 0)
                .mapToObj(index -> String.format(Locale.ROOT, "%.3f", values.get(index)))
                .collect(Collectors.joining(" "));
    }
}
