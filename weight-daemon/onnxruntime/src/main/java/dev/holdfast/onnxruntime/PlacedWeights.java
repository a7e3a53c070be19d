package dev.holdfast.onnxruntime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Weights that lie at an address in this process, on the host or a device, and may be read-only.
 *
 * <p>They are given to ONNX Runtime with {@code AddInitializer} and used in place. Graph optimisation is off, because
 * folding would read the graph's external-data file instead of these bytes; prepacking is off, because it copies.
 *
 * @param graph the graph's file, as {@link GraphOptimizer} wrote it without prepacking; of its external data only the
 *     file's existence matters
 * @param device where the address is valid
 * @param address of the first byte; 0 if there is none
 * @param sizeBytes how many bytes may be read from there
 * @param initializers every initializer that the graph keeps outside itself
 * @param mapping what keeps the address valid; an opened session owns it and closes it when it is released, at failure
 *     it stays the caller's
 */
public record PlacedWeights(
        Path graph,
        Device device,
        long address,
        long sizeBytes,
        List<PlacedInitializer> initializers,
        AutoCloseable mapping)
        implements SharedWeights {
    /** Less than this is not told apart from what sessions have anyway. */
    private static final long LEAST_COPY_BYTES = 32L << 20;

    /** @throws IllegalArgumentException if an initializer leaves the weights */
    public PlacedWeights {
        initializers = List.copyOf(initializers);
        for (PlacedInitializer each : initializers) {
            if (each.offsetBytes() < 0
                    || each.lengthBytes() < 0
                    || each.offsetBytes() > sizeBytes - each.lengthBytes()) {
                throw new IllegalArgumentException(
                        "initializer '" + each.name() + "' at " + each.offsetBytes() + " with " + each.lengthBytes()
                                + " bytes is not within the " + sizeBytes + " bytes of weights");
            }
        }
    }

    @Override
    public Session open(Environment environment, SessionOptions options) {
        List<OrtValue> values = new ArrayList<>();
        try (SessionOptions own = options.copy()) {
            for (PlacedInitializer each : initializers) {
                values.add(value(environment.runtime(), each));
                own.initializer(each.name(), values.get(values.size() - 1));
            }
            return openOver(environment, own);
        } finally {
            // The session holds them; those of a failed one end here.
            values.forEach(OrtValue::close);
        }
    }

    private Session openOver(Environment environment, SessionOptions own) {
        InitializerLog log = new InitializerLog(own.listener(), own.severity());
        own.optimizationLevel(OptimizationLevel.NONE)
                .configEntry("session.disable_prepacking", "1")
                .log(LogSeverity.INFO, log);
        Session session = openLogged(environment, own, log);
        try {
            log.requireUsed(initializers.stream().map(PlacedInitializer::name).collect(Collectors.toSet()));
            requireNoCopy(session);
        } catch (WeightsNotSharedException | OnnxRuntimeException e) {
            session.close();
            throw e;
        }
        session.adopt(mapping);
        return session;
    }

    private Session openLogged(Environment environment, SessionOptions own, InitializerLog log) {
        try {
            return Session.open(environment, own, graph);
        } catch (OnnxRuntimeException e) {
            // A refused value is then looked for in the placeholder; what went wrong first says more.
            log.requireNoneRefused(e);
            throw e;
        }
    }

    private void requireNoCopy(Session session) {
        if (device.isHost()) {
            return;
        }
        try (Allocator own = Allocator.of(session, device)) {
            requireNoCopy(own.bytesInUse());
        }
    }

    /**
     * What a new session has in its own device memory is small, unless weights are among it.
     *
     * @param ownBytes what it has there, if that is counted
     * @throws WeightsNotSharedException if that is too much, or is not counted
     */
    void requireNoCopy(OptionalLong ownBytes) {
        String session = "a new session over " + sizeBytes + " bytes of weights on " + device;
        if (ownBytes.isEmpty()) {
            throw new WeightsNotSharedException(
                    session
                            + " does not tell how many bytes it has of its own there, so a copy would not be noticed: this"
                            + " build of ONNX Runtime can't be used",
                    null);
        }
        if (ownBytes.getAsLong() > Math.max(LEAST_COPY_BYTES, sizeBytes / 4)) {
            throw new WeightsNotSharedException(
                    session + " has " + ownBytes.getAsLong()
                            + " bytes of its own there: ONNX Runtime has copied weights",
                    null);
        }
    }

    private OrtValue value(OnnxRuntime runtime, PlacedInitializer each) {
        return OrtValue.over(
                runtime,
                device,
                address + each.offsetBytes(),
                each.lengthBytes(),
                each.elementType(),
                each.shape(),
                mapping);
    }
}
