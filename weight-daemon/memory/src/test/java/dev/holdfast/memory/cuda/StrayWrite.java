package dev.holdfast.memory.cuda;

import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.NativeCallException;
import java.nio.ByteBuffer;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.JCudaDriver;

/** What a bug may do to a mapping of device memory; each gives the name of the driver's answer. */
public enum StrayWrite {
    /** A copy from the host, which the driver refuses. */
    COPY {
        @Override
        int write(CudaDevice device, Mapping mapping) {
            CUdeviceptr target = new CUdeviceptr().withByteOffset(mapping.address());
            ByteBuffer bytes = ByteBuffer.allocateDirect(16);
            try (DeviceContext context = device.context()) {
                return context.call(() -> JCudaDriver.cuMemcpyHtoD(target, Pointer.to(bytes), bytes.capacity()));
            }
        }
    },
    /** A kernel's, which the device refuses: this process's context is lost with it, and all it could do on the device. */
    KERNEL {
        @Override
        int write(CudaDevice device, Mapping mapping) {
            // Nothing is closed: a lost context answers every further call with the same error.
            DeviceContext context = device.context();
            DeviceStream stream = DeviceStream.create(context);
            Kernels.launch(
                    Kernels.load(context).function("holdfast_count"),
                    stream,
                    1,
                    "a write",
                    Kernels.parameter(mapping.address()),
                    Kernels.parameter(1L),
                    Kernels.parameter(mapping.address()));
            stream.await("a write");
            return DriverResult.SUCCESS;
        }
    };

    abstract int write(CudaDevice device, Mapping mapping);

    /**
     * Writes to the first bytes of a mapping on the first device.
     *
     * @return the driver's name of what came of it, such as {@code CUDA_ERROR_ILLEGAL_ADDRESS}, or {@code CUDA_SUCCESS}
     */
    public String attempt(Mapping mapping) {
        try {
            return DriverResult.name(write(CudaDriver.load().devices().get(0), mapping));
        } catch (NativeCallException e) {
            return e.codeName();
        }
    }
}
