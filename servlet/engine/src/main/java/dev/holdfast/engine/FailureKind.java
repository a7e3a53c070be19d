package dev.holdfast.engine;

import dev.holdfast.memory.NativeCallException;
import dev.holdfast.memory.cuda.CudaOutOfMemoryException;
import dev.holdfast.onnxruntime.OnnxRuntimeException;
import java.util.Set;
import java.util.stream.Stream;

/** Why a version could not be built or warmed up, by what may cure it. */
enum FailureKind {
    /** The model, the request or this process's settings: the same will fail again. */
    LASTING(""),
    /**
     * A device is not to be had now: in exclusive use, as by a worker that is being replaced, or NVIDIA MPS has no room or
     * has not started.
     */
    BUSY("the device is not to be had for now, tried again: "),
    /** This machine or a device has no memory for it now; others give theirs back, as a worker that is being replaced. */
    MEMORY("memory is lacking for now, tried again: "),
    /** A device failed otherwise: what this process has there may stay broken. */
    FAULT("");

    /** Of {@code CUresult} in {@code cuda.h}: those that the driver gives without having begun anything. */
    private static final Set<String> BUSY_CODES = Set.of(
            "CUDA_ERROR_DEVICE_UNAVAILABLE",
            "CUDA_ERROR_SYSTEM_NOT_READY",
            "CUDA_ERROR_MPS_CONNECTION_FAILED",
            "CUDA_ERROR_MPS_SERVER_NOT_READY",
            "CUDA_ERROR_MPS_MAX_CLIENTS_REACHED",
            "CUDA_ERROR_MPS_MAX_CONNECTIONS_REACHED");

    private final String prefix;

    FailureKind(String prefix) {
        this.prefix = prefix;
    }

    /** The gravest of the failure, its causes and what was suppressed in them. */
    static FailureKind of(Throwable failure) {
        return Stream.concat(Stream.ofNullable(failure.getCause()), Stream.of(failure.getSuppressed()))
                .map(FailureKind::of)
                .reduce(ofThis(failure), (one, other) -> one.compareTo(other) < 0 ? other : one);
    }

    private static FailureKind ofThis(Throwable failure) {
        if (failure instanceof OutOfMemoryError || failure instanceof CudaOutOfMemoryException) {
            return MEMORY;
        }
        if (failure instanceof OnnxRuntimeException refused) {
            return refused.isOutOfMemory() ? MEMORY : LASTING;
        }
        return failure instanceof NativeCallException refused ? ofCall(refused) : LASTING;
    }

    private static FailureKind ofCall(NativeCallException refused) {
        if (refused.isOutOfMemory()) {
            return MEMORY;
        }
        if (BUSY_CODES.contains(refused.codeName())) {
            return BUSY;
        }
        return refused.codeName().startsWith("CUDA") ? FAULT : LASTING;
    }

    /** Whether the same may succeed later in this process. */
    boolean isPassing() {
        return this == BUSY || this == MEMORY;
    }

    /** What the failure says, and whether it passes, for the log and the state. */
    String describe(Throwable failure) {
        return prefix + (failure instanceof Error ? failure.toString() : String.valueOf(failure.getMessage()));
    }
}
