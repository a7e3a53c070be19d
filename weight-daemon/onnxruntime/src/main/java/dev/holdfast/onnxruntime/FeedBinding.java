package dev.holdfast.onnxruntime;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Values handed to each run anew, for sessions that compute on a device while the values are on the host: what has to
 * be copied is copied within the run, on the run's own stream.
 *
 * <p>{@link IoBinding} would copy an input once, when it is bound, and a run would not see what was written since.
 */
public final class FeedBinding implements Binding {
    private final Session session;
    private final Holds needs;
    private final Map<String, OrtValue> inputs = new LinkedHashMap<>();
    private final Map<String, Optional<OrtValue>> outputs = new LinkedHashMap<>();
    private @Nullable Outputs computed;

    private FeedBinding(Session session, Holds needs) {
        this.session = session;
        this.needs = needs;
    }

    /** A binding with nothing bound. */
    public static FeedBinding create(Session session) {
        Holds needs = new Holds();
        needs.on(session);
        return new FeedBinding(session, needs);
    }

    @Override
    public void input(String name, OrtValue value) {
        inputs.put(name, value);
    }

    @Override
    public void output(String name, OrtValue value) {
        outputs.put(name, Optional.of(value));
    }

    @Override
    public void output(String name) {
        outputs.put(name, Optional.empty());
    }

    @Override
    public void run(RunOptions options) {
        forgetComputed();
        computed = session.run(inputs, outputs, options);
    }

    @Override
    public Outputs outputs() {
        Outputs taken = computed;
        if (taken == null) {
            throw new IllegalStateException("nothing was computed since the outputs were last taken");
        }
        computed = null;
        return taken;
    }

    @Override
    public void clear() {
        forgetComputed();
        inputs.clear();
        outputs.clear();
    }

    private void forgetComputed() {
        if (computed != null) {
            computed.close();
            computed = null;
        }
    }

    @Override
    public void close() {
        clear();
        needs.close();
    }
}
