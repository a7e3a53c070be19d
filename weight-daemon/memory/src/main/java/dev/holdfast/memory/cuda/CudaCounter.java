package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.OwnedParts;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;

/**
 * One 64-bit counter in a device's memory that any number of processes count on, exactly; the device's counterpart of
 * {@link dev.holdfast.memory.SharedCounter}.
 *
 * <p>It is named by a descriptor, as an arena is, and lives as long as any process has that open or the counter mapped.
 * Each operation is one atomic access by a kernel, at system scope, so it is atomic across threads and processes, and a
 * process that dies leaves the counter whole. It takes one unit of the device's granularity (2 MiB); an operation takes
 * a launch and waiting for it, some 15 microseconds, which {@link #begin} leaves to the stream of other work. Methods may be
 * called from any thread; of one object they are done one after another.
 */
public final class CudaCounter implements AutoCloseable {
    private final OwnedDescriptor memory;
    private final OwnedParts parts;
    private final long address;
    private final CUfunction count;
    private final CUfunction raise;
    private final DeviceStream stream;
    private final PinnedMemory result;
    private final String name;
    private boolean open = true;

    /** @param pages closed by the caller once this is made */
    private CudaCounter(OwnedDescriptor memory, DeviceContext context, PhysicalMemory pages, OwnedParts parts) {
        this.memory = memory;
        this.address =
                parts.add(DeviceRange.map(pages, DeviceRange.Access.READ_WRITE)).address();
        Kernels kernels = parts.add(Kernels.load(context));
        this.count = kernels.function("holdfast_count");
        this.raise = kernels.function("holdfast_raise");
        this.stream = parts.add(DeviceStream.create(context));
        this.result = parts.add(PinnedMemory.allocate(context, Long.BYTES));
        this.parts = parts.handOver();
        // Not put together for each count.
        this.name = "CUDA counter " + memory;
    }

    /**
     * A new counter.
     *
     * @param device that has it
     * @param initial its value
     * @throws CudaOutOfMemoryException if the device has too little free memory
     * @throws CudaUnavailableException if its memory can't be named by a descriptor
     */
    public static CudaCounter create(CudaDevice device, long initial) {
        try (OwnedParts made = new OwnedParts()) {
            DeviceContext context = made.add(DeviceContext.retain(device));
            try (PhysicalMemory pages = PhysicalMemory.create(context, Long.BYTES, "a counter")) {
                OwnedDescriptor memory = made.add(pages.export());
                CudaCounter counter = made.add(new CudaCounter(memory, context, pages, made));
                // The driver does not promise what new memory contains.
                context.clear(new CUdeviceptr().withByteOffset(counter.address), Long.BYTES);
                counter.addAndGet(initial);
                made.handOver();
                return counter;
            }
        }
    }

    /**
     * A counter that another process made.
     *
     * @param descriptor owned by the counter from now on, also if this fails
     * @param deviceUuid the device that has it
     * @throws CudaUnavailableException if this process has no driver or does not see the device
     * @throws dev.holdfast.memory.ArenaException if the descriptor names no memory of that device, or more of it
     */
    public static CudaCounter adopt(OwnedDescriptor descriptor, String deviceUuid) {
        try (OwnedParts made = new OwnedParts()) {
            made.add(descriptor);
            DeviceContext context =
                    made.add(DeviceContext.retain(CudaDriver.load().device(deviceUuid)));
            try (PhysicalMemory pages = PhysicalMemory.importFrom(context, descriptor, Long.BYTES)) {
                return new CudaCounter(descriptor, context, pages, made);
            }
        }
    }

    /** The descriptor that names it to other processes; stays owned by this counter. */
    public OwnedDescriptor descriptor() {
        return memory;
    }

    /**
     * Adds and returns the sum; wraps around on overflow.
     *
     * @throws IllegalStateException if the counter is closed
     */
    public long addAndGet(long delta) {
        return launch(count, delta);
    }

    /**
     * Has the device add when it gets there in {@code stream}; {@link #sum} tells the sum after that.
     *
     * @param stream of the same device; awaited before this is closed
     * @throws IllegalStateException if the counter is closed
     */
    public synchronized void begin(long delta, DeviceStream stream) {
        launch(count, delta, stream);
    }

    /**
     * The sum of the last {@link #begin}, once its stream was awaited.
     *
     * @throws IllegalStateException if the counter is closed
     */
    public synchronized long sum() {
        requireOpen();
        return result.bytes().getLong(0);
    }

    /**
     * The value now.
     *
     * @throws IllegalStateException if the counter is closed
     */
    public long get() {
        return launch(count, 0);
    }

    /**
     * Sets the value to {@code least} if it is lower.
     *
     * @return the value afterwards
     * @throws IllegalStateException if the counter is closed
     */
    public long raiseTo(long least) {
        return launch(raise, least);
    }

    private synchronized long launch(CUfunction kernel, long operand) {
        launch(kernel, operand, stream);
        stream.await(name);
        return sum();
    }

    private void launch(CUfunction kernel, long operand, DeviceStream queue) {
        requireOpen();
        Kernels.launch(
                kernel,
                queue,
                1,
                name,
                Kernels.parameter(address),
                Kernels.parameter(operand),
                Kernels.parameter(result.address()));
    }

    private void requireOpen() {
        if (!open) {
            throw new IllegalStateException(this + " is closed");
        }
    }

    /** Unmaps the counter, which goes on for everybody else; further calls do nothing. */
    @Override
    public synchronized void close() {
        open = false;
        parts.close();
    }

    @Override
    public String toString() {
        return name;
    }
}
