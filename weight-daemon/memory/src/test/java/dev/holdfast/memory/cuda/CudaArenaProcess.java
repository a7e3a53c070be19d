package dev.holdfast.memory.cuda;

import dev.holdfast.memory.ArenaException;
import dev.holdfast.memory.ArenaReader;
import dev.holdfast.memory.ArenaWriter;
import dev.holdfast.memory.Mapping;
import dev.holdfast.memory.MoreLibC;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.memory.WeightArena;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A process of its own that uses a CUDA arena, says in one line what came of it, and stays until its standard input
 * ends.
 */
final class CudaArenaProcess {
    private CudaArenaProcess() {}

    /**
     * Arguments: {@code ipc UUID BYTES HANDLE} reads an arena of another process by its handle, {@code ipc-twice} through
     * the second of two mappings, once the first is closed; {@code make UUID FILE} prints the descriptor of an arena with the file's bytes; {@code read} or
     * {@code write}, then {@code UUID BYTES PID DESCRIPTOR}, uses the arena of another process.
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("make")) {
            make(CudaDriver.load().device(arguments[1]), Path.of(arguments[2]));
            return;
        }
        try (WeightArena arena = arguments[0].startsWith("ipc")
                        ? CudaIpcArena.of(arguments[3], arguments[1], Long.parseLong(arguments[2]))
                        : adopt(arguments);
                Mapping first = arena.map();
                Mapping mapping = arguments[0].equals("ipc-twice") ? arena.map() : first) {
            if (mapping != first) {
                first.close();
            }
            System.out.println(
                    arguments[0].equals("write")
                            ? StrayWrite.KERNEL.attempt(mapping)
                            : "read " + ArenaReader.sha256(mapping));
            System.in.readAllBytes();
        } catch (ArenaException e) {
            System.out.println("ArenaException: " + e.getMessage());
        }
    }

    private static CudaArena adopt(String[] arguments) {
        OwnedDescriptor memory = descriptor(Long.parseLong(arguments[3]), Integer.parseInt(arguments[4]));
        return CudaArena.adopt(memory, arguments[1], Long.parseLong(arguments[2]));
    }

    private static OwnedDescriptor descriptor(long pid, int number) {
        return OwnedDescriptor.owning(MoreLibC.descriptorOf(pid, number));
    }

    private static void make(CudaDevice device, Path file) throws IOException {
        try (FileChannel source = FileChannel.open(file);
                ArenaWriter writer = CudaArena.create(device, source.size())) {
            writer.write(0, source, 0, source.size());
            try (WeightArena arena = writer.finish()) {
                System.out.println(arena.descriptor().orElseThrow().value());
                System.in.readAllBytes();
            }
        }
    }
}
