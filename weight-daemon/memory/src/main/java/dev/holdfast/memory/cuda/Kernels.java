package dev.holdfast.memory.cuda;

import dev.holdfast.memory.OpenOwners;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;

/**
 * The kernels of {@code src/main/cuda} in a context. The driver compiles their PTX for its device when they are loaded,
 * and keeps the result in the user's cache.
 */
final class Kernels implements AutoCloseable {
    private static final String PTX = "kernels.ptx";
    private static final int THREADS_PER_BLOCK = 128;
    private static final long MOST_BLOCKS = Integer.MAX_VALUE;

    private final DeviceContext context;
    private final CUmodule module;
    private boolean open = true;

    private Kernels(DeviceContext context, CUmodule module) {
        this.context = context;
        this.module = module;
        OpenOwners.opened(this);
    }

    /** @param context outlives them */
    static Kernels load(DeviceContext context) {
        CUmodule module = new CUmodule();
        byte[] image = (ptx() + '\0').getBytes(StandardCharsets.US_ASCII);
        DriverResult.check(
                context.call(() -> JCudaDriver.cuModuleLoadData(module, image)),
                "cuModuleLoadData",
                "the kernels for " + context.device());
        return new Kernels(context, module);
    }

    /** The kernels as they are shipped. */
    static String ptx() {
        try (InputStream stream = Kernels.class.getResourceAsStream(PTX)) {
            return new String(
                    Objects.requireNonNull(stream, "the jar has " + PTX).readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + PTX + " from the jar", e);
        }
    }

    /** Loads one kernel; use it as long as this is open. */
    CUfunction function(String name) {
        CUfunction function = new CUfunction();
        DriverResult.check(
                context.call(() -> JCudaDriver.cuModuleGetFunction(function, module, name)),
                "cuModuleGetFunction",
                name);
        return function;
    }

    /** Adds a launch of at least {@code threads} threads to a stream. */
    static void launch(CUfunction kernel, DeviceStream stream, long threads, String what, Pointer... parameters) {
        long blocks = Math.min(MOST_BLOCKS, (threads + THREADS_PER_BLOCK - 1) / THREADS_PER_BLOCK);
        stream.add(
                "cuLaunchKernel",
                what,
                queue -> JCudaDriver.cuLaunchKernel(
                        kernel, (int) blocks, 1, 1, THREADS_PER_BLOCK, 1, 1, 0, queue, Pointer.to(parameters), null));
    }

    /** A 64-bit parameter: a number or an address. */
    static Pointer parameter(long value) {
        return Pointer.to(new long[] {value});
    }

    /** A 32-bit parameter. */
    static Pointer parameter(int value) {
        return Pointer.to(new int[] {value});
    }

    @Override
    public synchronized void close() {
        if (open) {
            open = false;
            OpenOwners.closed(this);
            DriverResult.check(context.call(() -> JCudaDriver.cuModuleUnload(module)), "cuModuleUnload", toString());
        }
    }

    @Override
    public String toString() {
        return "kernels in the " + context;
    }
}
