package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.TreeDigest;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import jcuda.driver.CUfunction;

/**
 * {@link TreeDigest} of a device's memory: the device digests the leaves, one a thread, and writes them to the host,
 * which digests them.
 */
final class DeviceDigest {
    private static final int DIGEST_BYTES = 32;

    /** 4 GiB of content and 2 MiB of digests a launch. */
    private static final int LEAVES_PER_LAUNCH = 1 << 16;

    private final DeviceStream stream;
    private final CUfunction kernel;
    private final PinnedMemory digests;

    private DeviceDigest(DeviceStream stream, CUfunction kernel, PinnedMemory digests) {
        this.stream = stream;
        this.kernel = kernel;
        this.digests = digests;
    }

    /**
     * Computes it.
     *
     * @param address of the device, readable and aligned to 16 bytes
     */
    static ContentDigest of(DeviceContext context, long address, long sizeBytes) {
        try (Kernels kernels = Kernels.load(context);
                DeviceStream stream = DeviceStream.create(context);
                PinnedMemory digests = PinnedMemory.allocate(context, (int) leaves(sizeBytes) * DIGEST_BYTES)) {
            DeviceDigest digest = new DeviceDigest(stream, kernels.function("holdfast_leaf_digests"), digests);
            return TreeDigest.ofLeaves(sizeBytes, root -> digest.feed(root, address, sizeBytes));
        }
    }

    /** Those of a launch; at least one, so that there is something to allocate. */
    private static long leaves(long sizeBytes) {
        long leaves = (sizeBytes + TreeDigest.LEAF_BYTES - 1) / TreeDigest.LEAF_BYTES;
        return Math.max(1, Math.min(leaves, LEAVES_PER_LAUNCH));
    }

    private void feed(MessageDigest root, long address, long sizeBytes) {
        long most = (long) LEAVES_PER_LAUNCH * TreeDigest.LEAF_BYTES;
        for (long done = 0; done < sizeBytes; done += most) {
            long length = Math.min(most, sizeBytes - done);
            ByteBuffer leaves = launch(address + done, length);
            root.update(leaves);
        }
    }

    private ByteBuffer launch(long address, long lengthBytes) {
        long leaves = leaves(lengthBytes);
        String what = "the digest of " + lengthBytes + " bytes";
        Kernels.launch(
                kernel,
                stream,
                leaves,
                what,
                Kernels.parameter(address),
                Kernels.parameter(lengthBytes),
                Kernels.parameter((long) TreeDigest.LEAF_BYTES),
                Kernels.parameter(digests.address()));
        stream.await(what);
        return digests.bytes().slice(0, (int) leaves * DIGEST_BYTES);
    }
}
