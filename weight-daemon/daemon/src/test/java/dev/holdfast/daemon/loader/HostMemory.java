package dev.holdfast.daemon.loader;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.memory.DeviceArena;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.SealedArena;
import dev.holdfast.memory.TreeDigest;
import dev.holdfast.memory.WeightArena;
import dev.holdfast.onnxruntime.ExecutionProvider;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Host memory that is shared as CUDA's legacy IPC shares a device's: by a handle of 64 bytes, which opens it as long as
 * the process that made it lives, and what was mapped until then stays. The handle is the path of a memfd among that
 * process's descriptors.
 */
public final class HostMemory {
    private static final int HANDLE_BYTES = 64;

    private HostMemory() {}

    /** A placement in it. */
    public static Placement placement() {
        return Placement.onCudaIpc("TEST-HOST");
    }

    /** What a handle opens. */
    public static Path path(String handle) {
        String padded = new String(HexFormat.of().parseHex(handle), StandardCharsets.UTF_8);
        return Path.of(padded.substring(0, padded.indexOf('\0')));
    }

    /** It instead of device memory; for a loader and a digesting child. */
    record Target(String device) implements ArenaTarget {
        @Override
        public ArenaWriter create(String name, long sizeBytes) throws IOException {
            return new Writer(SealedArena.create(name, sizeBytes), device);
        }

        @Override
        public ExecutionProvider provider() {
            return ExecutionProvider.CPU;
        }

        @Override
        public Optional<String> handleOf(WeightArena arena) {
            int descriptor = ((Owned) arena).sealed().descriptor().orElseThrow().value();
            String path = "/proc/" + ProcessHandle.current().pid() + "/fd/" + descriptor;
            return Optional.of(
                    HexFormat.of().formatHex(Arrays.copyOf(path.getBytes(StandardCharsets.UTF_8), HANDLE_BYTES)));
        }

        @Override
        public WeightArena open(String handle, long sizeBytes) {
            return new Opened(path(handle), device, sizeBytes);
        }
    }

    private record Writer(ArenaWriter writer, String device) implements ArenaWriter {
        @Override
        public void write(long offsetBytes, FileChannel source, long sourcePosition, long lengthBytes)
                throws IOException {
            writer.write(offsetBytes, source, sourcePosition, lengthBytes);
        }

        @Override
        public WeightArena finish() {
            return new Owned(writer.finish(), device);
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /** Either side's view. */
    private sealed interface View extends DeviceArena {
        @Override
        default ArenaKind kind() {
            return ArenaKind.CUDA_IPC;
        }

        @Override
        default Optional<OwnedDescriptor> descriptor() {
            return Optional.empty();
        }
    }

    private record Owned(WeightArena sealed, String device) implements View {
        @Override
        public long sizeBytes() {
            return sealed.sizeBytes();
        }

        @Override
        public Mapping map() {
            return sealed.map();
        }

        @Override
        public ContentDigest digest() {
            return sealed.digest();
        }

        @Override
        public void close() {
            sealed.close();
        }
    }

    private record Opened(Path path, String device, long sizeBytes) implements View {
        @Override
        public Mapping map() {
            throw new UnsupportedOperationException("a digesting child does not map");
        }

        @Override
        public ContentDigest digest() {
            try {
                return TreeDigest.of(path);
            } catch (IOException e) {
                throw new ArenaException("its owner has ended: " + e, e);
            }
        }

        @Override
        public void close() {
            // Opened anew for each digest.
        }
    }
}
