package dev.holdfast.onnxruntime;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model ready to compute ({@code OrtSession}). Any number of threads may run it at once.
 *
 * <p>It holds all that its native session needs: the environment, the values of shared initializers and what keeps
 * their bytes mapped. The last is closed with the session, after the last run in progress.
 */
public final class Session extends NativeObject {
    private final OnnxRuntime runtime;
    private final NativeLog log;
    private final long logNumber;
    private final Holds needs;
    private final List<TensorInfo> inputs;
    private final List<TensorInfo> outputs;
    private final Map<String, Memory> inputNames;
    private final Map<String, Memory> outputNames;
    private final RunOptions defaults;
    private volatile @Nullable AutoCloseable weights;

    private Session(
            Environment environment, Pointer handle, long logNumber, SessionDeclarations declarations, Holds needs) {
        super(environment.runtime().api(), handle, OrtFunction.RELEASE_SESSION);
        this.runtime = environment.runtime();
        this.log = runtime.log();
        this.logNumber = logNumber;
        this.needs = needs;
        this.inputs = declarations.inputs();
        this.outputs = declarations.outputs();
        this.inputNames = names(inputs);
        this.outputNames = names(outputs);
        this.defaults = RunOptions.create(api());
    }

    /**
     * Opens the model in a file.
     *
     * @param model an ONNX file; external data is looked for beside it
     * @throws OnnxRuntimeException if it is not there, no ONNX model, damaged, or nothing can compute it; also if an
     *     input or output is no tensor
     * @throws IllegalStateException if the environment or the options are closed
     */
    public static Session open(Environment environment, SessionOptions options, Path model) {
        NativeLog log = environment.runtime().log();
        long number = log.addSession(options.listener());
        Holds needs = new Holds();
        try (SessionOptions own = options.copy();
                Holds holds = new Holds()) {
            own.logNumber(number);
            options.initializers().forEach(needs::on);
            Pointer handle = environment
                    .runtime()
                    .api()
                    .create(OrtFunction.CREATE_SESSION, needs.on(environment), NativeText.path(model), holds.on(own));
            return opened(environment, handle, number, needs);
        } catch (RuntimeException e) {
            needs.close();
            log.removeSession(number);
            throw e instanceof OnnxRuntimeException failure
                    ? new OnnxRuntimeException("can't open " + model, failure)
                    : e;
        }
    }

    private static Session opened(Environment environment, Pointer handle, long logNumber, Holds needs) {
        OrtApi api = environment.runtime().api();
        try {
            SessionDeclarations declarations = SessionDeclarations.read(api, handle);
            return new Session(environment, handle, logNumber, declarations, needs);
        } catch (RuntimeException e) {
            api.release(OrtFunction.RELEASE_SESSION, handle);
            throw e;
        }
    }

    /** The library that it belongs to. */
    public OnnxRuntime runtime() {
        return runtime;
    }

    /** What a run must be given, in the graph's order. */
    public List<TensorInfo> inputs() {
        return inputs;
    }

    /** What it can answer, in the graph's order. */
    public List<TensorInfo> outputs() {
        return outputs;
    }

    /** Where runs read each input, by name: an {@link IoBinding} whose values are there copies nothing. */
    public Map<String, Device> inputDevices() {
        return devices(inputs, OrtFunction.SESSION_GET_MEMORY_INFO_FOR_INPUTS);
    }

    /** Where runs write each output, by name; likewise. */
    public Map<String, Device> outputDevices() {
        return devices(outputs, OrtFunction.SESSION_GET_MEMORY_INFO_FOR_OUTPUTS);
    }

    private Map<String, Device> devices(List<TensorInfo> tensors, OrtFunction function) {
        Map<String, Device> devices = new LinkedHashMap<>();
        try (Holds holds = new Holds()) {
            Memory found = new Memory(Math.max(1, tensors.size()) * (long) Native.POINTER_SIZE);
            found.clear();
            api().call(function, holds.on(this), found, (long) tensors.size());
            for (int i = 0; i < tensors.size(); i++) {
                Pointer device = found.getPointer(i * (long) Native.POINTER_SIZE);
                devices.put(tensors.get(i).name(), MemoryInfo.read(api(), device));
            }
        }
        return devices;
    }

    /** Computes all outputs; as {@link #run(Map, List, RunOptions)}. */
    public Outputs run(Map<String, OrtValue> inputs) {
        return run(inputs, this.outputs.stream().map(TensorInfo::name).collect(Collectors.toList()), defaults);
    }

    /**
     * Computes the named outputs in the calling thread, with the help of the session's threads.
     *
     * @param inputs by name; they stay the caller's
     * @param outputs names, each once
     * @return the outputs, which the caller closes
     * @throws IllegalArgumentException if an input is missing, if the session has no input or output of a given name,
     *     or if an output is named twice
     * @throws OnnxRuntimeException if an input is of the wrong type or shape, if the computation fails, or if it was
     *     ended through {@code options}
     * @throws IllegalStateException if this, a value or the options are closed
     */
    public Outputs run(Map<String, OrtValue> inputs, List<String> outputs, RunOptions options) {
        if (Set.copyOf(outputs).size() != outputs.size()) {
            throw new IllegalArgumentException("an output is asked for twice: " + outputs);
        }
        requireComplete(inputs.keySet());
        try (Holds holds = new Holds()) {
            Pointer session = holds.on(this);
            List<Memory> given = new ArrayList<>(inputs.size());
            List<Pointer> values = new ArrayList<>(inputs.size());
            inputs.forEach((name, value) -> {
                given.add(known(inputNames, name, "input"));
                values.add(holds.on(value));
            });
            List<Memory> wanted = outputs.stream()
                    .map(name -> known(outputNames, name, "output"))
                    .collect(Collectors.toList());
            Memory results = new Memory(Math.max(1, outputs.size()) * (long) Native.POINTER_SIZE);
            results.clear();
            api().call(
                            OrtFunction.RUN,
                            session,
                            holds.on(options),
                            NativeText.arrayOf(given),
                            NativeText.arrayOf(values),
                            (long) given.size(),
                            NativeText.arrayOf(wanted),
                            (long) wanted.size(),
                            results);
            return Outputs.of(api(), outputs, results.getPointerArray(0, outputs.size()));
        }
    }

    /**
     * Computes with inputs and outputs bound beforehand; as {@link #run(Map, List, RunOptions)}.
     *
     * @throws IllegalArgumentException if the binding is another session's
     */
    public void run(IoBinding binding, RunOptions options) {
        if (binding.session() != this) {
            throw new IllegalArgumentException("the binding belongs to another session");
        }
        try (Holds holds = new Holds()) {
            api().call(OrtFunction.RUN_WITH_BINDING, holds.on(this), holds.on(options), holds.on(binding));
        }
    }

    /** Takes over what keeps its weights' address valid; called before anyone else has the session. */
    void adopt(AutoCloseable mapping) {
        weights = mapping;
    }

    @Override
    void released() {
        log.removeSession(logNumber);
        defaults.close();
        needs.close();
        closeWeights();
    }

    private void closeWeights() {
        AutoCloseable mapping = weights;
        try {
            if (mapping != null) {
                mapping.close();
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the session is released, but its weights could not be unmapped", e);
        }
    }

    private void requireComplete(Set<String> given) {
        if (!given.containsAll(inputNames.keySet())) {
            Set<String> missing = new TreeSet<>(inputNames.keySet());
            missing.removeAll(given);
            throw new IllegalArgumentException("inputs " + missing + " are missing");
        }
    }

    private static Map<String, Memory> names(List<TensorInfo> tensors) {
        return tensors.stream()
                .collect(Collectors.toUnmodifiableMap(TensorInfo::name, tensor -> NativeText.copyOf(tensor.name())));
    }

    private static Memory known(Map<String, Memory> names, String name, String kind) {
        Memory text = names.get(name);
        if (text == null) {
            throw new IllegalArgumentException(
                    "the session has no " + kind + " '" + name + "'; it has " + names.keySet());
        }
        return text;
    }
}
