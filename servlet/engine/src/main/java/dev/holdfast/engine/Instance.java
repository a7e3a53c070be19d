package dev.holdfast.engine;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.OwnedParts;
import dev.holdfast.memory.cuda.CudaOutOfMemoryException;
import dev.holdfast.onnxruntime.IoBinding;
import dev.holdfast.onnxruntime.OnnxRuntime;
import dev.holdfast.onnxruntime.OrtValue;
import dev.holdfast.onnxruntime.Outputs;
import dev.holdfast.onnxruntime.RunOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One of the runs that a version may have at once: a binding and its buffers, used again and again, since making them
 * anew costs more than a small model computes. The session stays its owner's. One thread at a time, except
 * {@link #options}.
 */
final class Instance implements AutoCloseable {
    private final ModelVersion version;
    private final Timer timer;
    private final boolean batches;
    private final List<InputSlot> inputs = new ArrayList<>();
    private final Map<String, OutputSlot> outputs = new HashMap<>();
    private final RunQueue queue;
    private final DeviceTally tally;
    private final IoBinding binding;
    private final RunOptions options;
    private List<TensorMetadata> boundOutputs = List.of();

    private Instance(
            ModelVersion version,
            Timer timer,
            OpenSession opened,
            DeviceTally tally,
            IoBinding binding,
            RunOptions options) {
        this.version = version;
        this.timer = timer;
        this.queue = opened.queue();
        this.tally = tally;
        this.binding = binding;
        this.options = options;
        this.batches = version.config().maxBatchSize() > 0;
        OnnxRuntime runtime = opened.session().runtime();
        version.inputs().forEach(input -> inputs.add(new InputSlot(runtime, input, opened.inputBuffer(input.name()))));
        version.outputs()
                .forEach(output -> outputs.put(
                        output.name(), new OutputSlot(output, batches, opened.outputBuffer(output.name()))));
    }

    /** @param tally of what it computes; the instance's, also if this fails */
    static Instance open(OpenSession opened, ModelVersion version, DeviceTally tally, Timer timer) {
        IoBinding binding = null;
        RunOptions options = null;
        try {
            binding = IoBinding.create(opened.session());
            options = opened.queue().runOptions(opened.session().runtime());
            return new Instance(version, timer, opened, tally, binding, options);
        } catch (RuntimeException e) {
            if (options != null) {
                options.close();
            }
            if (binding != null) {
                binding.close();
            }
            tally.close();
            throw e;
        }
    }

    /** The options of all its runs, to end the one in progress; any thread. */
    RunOptions options() {
        return options;
    }

    /**
     * Computes one batch and counts it on the device.
     *
     * @param requests with one {@link BatchKey}; a single one if the model does not batch
     * @throws dev.holdfast.onnxruntime.OnnxRuntimeException if the computation fails or was ended
     * @throws InferenceFailedException if outputs can't be told apart, or a device refuses memory, copies or the run
     */
    Computed run(List<CheckedRequest> requests) {
        return compute(requests, requests.size());
    }

    /** As {@link #run}, but does not count. */
    Computed compute(List<CheckedRequest> requests) {
        return compute(requests, 0);
    }

    private Computed compute(List<CheckedRequest> requests, int counted) {
        long start = timer.nanos();
        try {
            List<TensorMetadata> wanted = requests.get(0).outputs();
            put(wanted, requests);
            long ready = timer.nanos();
            binding.run(options);
            // Behind the run, which this would hold up, and before the copies, during which the device may turn to
            // another process: this would wait for the next turn.
            tally.begin(counted);
            wanted.forEach(output -> slot(output).fetch());
            queue.await();
            long computed = timer.nanos();
            List<List<Tensor>> answers = take(wanted, requests);
            return new Computed(answers, tally.first(), ready - start, computed - ready, timer.nanos() - computed);
        } catch (NativeCallException | CudaOutOfMemoryException e) {
            settle(e);
            throw new InferenceFailedException("the computation failed: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            settle(e);
            throw e;
        }
    }

    /** A device may still be at work on buffers that the next run fills, or that are freed next. */
    private void settle(Throwable failure) {
        try {
            queue.await();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    private void put(List<TensorMetadata> wanted, List<CheckedRequest> requests) {
        long rows = requests.stream().mapToLong(CheckedRequest::rows).sum();
        bind(wanted, rows);
        for (int i = 0; i < inputs.size(); i++) {
            put(i, requests, rows);
        }
    }

    private void bind(List<TensorMetadata> wanted, long rows) {
        if (!wanted.equals(boundOutputs)) {
            binding.clear();
            inputs.forEach(InputSlot::unbound);
            outputs.values().forEach(OutputSlot::unbound);
            boundOutputs = wanted;
        }
        for (TensorMetadata output : wanted) {
            slot(output).bind(binding, rows);
        }
    }

    private void put(int index, List<CheckedRequest> requests, long rows) {
        Shape shape = requests.get(0).inputs().get(index).shape();
        List<TensorData> parts = new ArrayList<>(requests.size());
        for (CheckedRequest request : requests) {
            parts.add(request.inputs().get(index).data());
        }
        inputs.get(index).put(binding, batches ? shape.withOutermost(rows) : shape, parts);
    }

    private List<List<Tensor>> take(List<TensorMetadata> wanted, List<CheckedRequest> requests) {
        List<List<Tensor>> answers = new ArrayList<>(requests.size());
        requests.forEach(request -> answers.add(new ArrayList<>(wanted.size())));
        boolean allForeseeable = wanted.stream().allMatch(output -> slot(output).isForeseeable());
        if (allForeseeable) {
            wanted.forEach(output -> add(takeForeseen(slot(output), requests), answers));
            return answers;
        }
        try (Outputs values = binding.outputs()) {
            for (TensorMetadata output : wanted) {
                OutputSlot slot = slot(output);
                add(
                        slot.isForeseeable()
                                ? takeForeseen(slot, requests)
                                : takeAllocated(output, values.get(output.name()), requests),
                        answers);
            }
        }
        return answers;
    }

    private List<Tensor> takeForeseen(OutputSlot slot, List<CheckedRequest> requests) {
        return new BatchOutput(slot.declared(), slot.shape(), requests, batches).take(slot.bytes());
    }

    private List<Tensor> takeAllocated(TensorMetadata output, OrtValue value, List<CheckedRequest> requests) {
        BatchOutput parts = new BatchOutput(output, Shape.of(value.shape()), requests, batches);
        return output.type() == DataType.BYTES ? parts.take(value.strings()) : parts.take(value.bytes());
    }

    private static void add(List<Tensor> parts, List<List<Tensor>> answers) {
        for (int i = 0; i < answers.size(); i++) {
            answers.get(i).add(parts.get(i));
        }
    }

    private OutputSlot slot(TensorMetadata output) {
        OutputSlot slot = outputs.get(output.name());
        if (slot == null) {
            throw new IllegalStateException(version.model() + " has no output '" + output.name() + "'");
        }
        return slot;
    }

    @Override
    public void close() {
        try (OwnedParts parts = new OwnedParts()) {
            parts.add(options);
            parts.add(tally);
            outputs.values().forEach(parts::add);
            inputs.forEach(parts::add);
            parts.add(binding);
        }
    }
}
