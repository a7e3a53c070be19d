package dev.holdfast.onnxruntime;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a session's log says about initializers it was supplied with. ONNX Runtime has no other way to tell: a value it
 * can't use is a warning, a value no graph asks for is nothing at all.
 *
 * <p>Source of the two lines: {@code SaveInitializedTensors} in {@code core/framework/session_state_utils.cc}.
 */
final class InitializerLog implements LogListener {
    private static final Pattern USED = Pattern.compile("Using user supplied initializer with name \\((.*)\\)\\.");
    private static final String REFUSED = "Cannot use user supplied initializer";

    private final LogListener next;
    private final LogSeverity least;
    private final Set<String> used = ConcurrentHashMap.newKeySet();
    private final Set<String> refusals = ConcurrentHashMap.newKeySet();

    /** Passes lines from {@code least} on to {@code next}. */
    InitializerLog(LogListener next, LogSeverity least) {
        this.next = next;
        this.least = least;
    }

    @Override
    public void line(LogLine line) {
        Matcher matcher = USED.matcher(line.message());
        if (matcher.matches()) {
            used.add(matcher.group(1));
        } else if (line.message().contains(REFUSED)) {
            refusals.add(line.message());
        }
        if (line.severity().compareTo(least) >= 0) {
            next.line(line);
        }
    }

    /** @throws WeightsNotSharedException unless every one of {@code names} was used in place */
    void requireUsed(Set<String> names) {
        requireNoneRefused(null);
        Set<String> unused = new TreeSet<>(names);
        unused.removeAll(used);
        if (!unused.isEmpty()) {
            throw new WeightsNotSharedException(
                    "the graph has no initializers " + unused + ": graph and weights do not belong together", null);
        }
    }

    /**
     * @param failure what came of it, if opening the session failed
     * @throws WeightsNotSharedException if a value was refused
     */
    void requireNoneRefused(@Nullable Throwable failure) {
        if (!refusals.isEmpty()) {
            throw new WeightsNotSharedException(
                    "ONNX Runtime wants a copy of " + refusals.size() + " weights of its own: "
                            + refusals.iterator().next(),
                    failure);
        }
    }
}
