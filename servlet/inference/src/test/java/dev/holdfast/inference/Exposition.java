package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A scrape in Prometheus' text format 0.0.4, of which every line is checked. */
final class Exposition {
    private static final Pattern COMMENT = Pattern.compile("# (HELP|TYPE) ([a-z_]+) (.+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.+)})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("([a-z]+)=\"((?:[^\"\\\\\n]|\\\\[\"\\\\n])*)\"(?:,|$)");
    private static final Pattern BOUND = Pattern.compile(",?le=\"([^\"]+)\"");

    private final Map<String, String> types = new TreeMap<>();
    private final Map<String, Set<String>> labels = new TreeMap<>();
    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> explained = new HashSet<>();
    private String family = "";

    private Exposition() {}

    static Exposition parse(String text) {
        assertThat(text).endsWith("\n");
        Exposition exposition = new Exposition();
        text.lines().forEach(exposition::line);
        exposition.checkHistograms();
        return exposition;
    }

    private void line(String line) {
        if (!line.startsWith("#")) {
            sample(line);
            return;
        }
        Matcher comment = COMMENT.matcher(line);
        assertThat(comment.matches()).as(line).isTrue();
        family = comment.group(2);
        if (comment.group(1).equals("TYPE")) {
            assertThat(comment.group(3)).isIn("counter", "gauge", "histogram");
            assertThat(types.put(family, comment.group(3)))
                    .as("one TYPE of " + family)
                    .isNull();
        } else {
            assertThat(explained.add(family)).as("one HELP of " + family).isTrue();
        }
    }

    private void sample(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String name = sample.group(1);
        assertThat(explained).contains(family);
        assertThat(types).as(line).containsKey(family);
        boolean histogram = "histogram".equals(types.get(family));
        assertThat(histogram ? name.replaceFirst("_(bucket|count|sum)$", "") : name)
                .isEqualTo(family);
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            int end = 0;
            while (label.find() && label.start() == end) {
                end = label.end();
                labels.computeIfAbsent(family, any -> new TreeSet<>()).add(label.group(1));
            }
            assertThat(end).as(line).isEqualTo(sample.group(2).length());
        }
        double value = Double.parseDouble(sample.group(3));
        assertThat(value).as(line).isGreaterThanOrEqualTo(0);
        assertThat(samples.put(line.substring(0, line.lastIndexOf(' ')), value))
                .as("one sample: " + line)
                .isNull();
    }

    /** Buckets are cumulative and ascending, and the last is the count. */
    private void checkHistograms() {
        String series = "";
        double bound = 0;
        double count = 0;
        for (Map.Entry<String, Double> sample : samples.entrySet()) {
            Matcher le = BOUND.matcher(sample.getKey());
            if (!sample.getKey().contains("_bucket{") || !le.find()) {
                continue;
            }
            double next = le.group(1).equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(le.group(1));
            String its = sample.getKey().replace(le.group(), "").replace("_bucket{", "_count{");
            if (its.equals(series)) {
                assertThat(next).as(sample.getKey()).isGreaterThan(bound);
                assertThat(sample.getValue()).as(sample.getKey()).isGreaterThanOrEqualTo(count);
            }
            series = its;
            bound = next;
            count = sample.getValue();
            if (Double.isInfinite(next)) {
                assertThat(samples).containsEntry(its, count);
            }
        }
    }

    /** Types by name. */
    Map<String, String> types() {
        return types;
    }

    /** Names of the labels that a metric's samples have, but for a histogram's bounds. */
    Set<String> labels(String name) {
        Set<String> all = new TreeSet<>(labels.getOrDefault(name, Set.of()));
        all.remove("le");
        return all;
    }

    /** Samples by name and labels, as they are written. */
    Map<String, Double> samples() {
        return samples;
    }

    double value(String series) {
        assertThat(samples).containsKey(series);
        return samples.getOrDefault(series, Double.NaN);
    }

    /** How much more than {@code earlier}. */
    double since(Exposition earlier, String series) {
        return value(series) - earlier.value(series);
    }
}
