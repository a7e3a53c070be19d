package dev.holdfast.engine;

import dev.holdfast.onnxruntime.OnnxRuntime;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which build of ONNX Runtime this process computes with: the one that {@link OnnxRuntime#PATH_PROPERTY} names; otherwise
 * the one that its holder's loaders use, which built what it will serve; otherwise the one in the jar.
 *
 * <p>ONNX Runtime is loaded once per process, so the first choice that could be loaded stands for all engines of the
 * process and all holders to come. Any thread.
 *
 * @param runtime loaded
 * @param told what the holder said when it was chosen
 */
record RuntimeChoice(OnnxRuntime runtime, Optional<String> told) {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeChoice.class);

    private static @Nullable RuntimeChoice made;

    /** Whether the choice does not depend on a holder. */
    static boolean isConfigured() {
        return OnnxRuntime.named().isPresent();
    }

    /**
     * The build for a worker of a holder, loaded; one log line says which and why, or that it is not the holder's.
     *
     * @param told the holder's build, see {@link dev.holdfast.protocol.Welcome}
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeLoadException if it can't be loaded, the holder's also if others may
     *     have written it; asked again, it is tried again
     */
    static synchronized OnnxRuntime of(Optional<String> told) {
        RuntimeChoice choice = made;
        if (choice == null) {
            choice = new RuntimeChoice(load(told), told);
            made = choice;
            LOG.info(
                    "event=runtime version={} library={} reason={}",
                    choice.runtime.version(),
                    LogValue.quoted(choice.runtime.library().toString()),
                    LogValue.quoted(reason(told)));
        } else if (!isConfigured() && !told.equals(choice.told)) {
            LOG.warn(
                    "event=runtime-kept version={} library={} reason={}",
                    choice.runtime.version(),
                    LogValue.quoted(choice.runtime.library().toString()),
                    LogValue.quoted("the holder uses " + told.orElse("the one in the jar")
                            + "; start this process anew to take that"));
        }
        return choice.runtime;
    }

    private static OnnxRuntime load(Optional<String> told) {
        return isConfigured() || told.isEmpty() ? OnnxRuntime.load() : OnnxRuntime.loadTold(Path.of(told.get()));
    }

    private static String reason(Optional<String> told) {
        if (isConfigured()) {
            return "-D" + OnnxRuntime.PATH_PROPERTY + " names it";
        }
        return told.isPresent() ? "the holder uses it" : "the holder uses the one in the jar";
    }
}
