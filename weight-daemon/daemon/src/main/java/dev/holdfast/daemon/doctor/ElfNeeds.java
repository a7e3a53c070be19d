package dev.holdfast.daemon.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The names of the libraries that a 64-bit little-endian ELF file says it needs: {@code DT_NEEDED} of its dynamic
 * section. Source of the layout: elf(5), System V ABI chapter 5.
 */
final class ElfNeeds {
    private static final int MAGIC = 0x464c457f;
    private static final int CLASS_64_LITTLE = 0x0102;
    private static final int HEADER_BYTES = 64;
    private static final int PROGRAM_HEADER_BYTES = 56;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int MOST_BYTES = 1 << 20;
    private static final int LONGEST_NAME = 256;

    private final FileChannel file;
    private final List<Segment> segments = new ArrayList<>();

    private record Segment(int type, long offset, long address, long sizeBytes) {}

    private ElfNeeds(FileChannel file) {
        this.file = file;
    }

    /** @throws IOException if it can't be read or is no such file */
    static List<String> of(Path library) throws IOException {
        try (FileChannel file = FileChannel.open(library)) {
            return new ElfNeeds(file).read();
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException(library + " is not a library for this system, or damaged", e);
        }
    }

    private List<String> read() throws IOException {
        ByteBuffer header = at(0, HEADER_BYTES);
        if (header.getInt(0) != MAGIC || header.getShort(4) != CLASS_64_LITTLE) {
            throw new IllegalArgumentException("no 64-bit little-endian ELF file");
        }
        long offset = header.getLong(32);
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer table = at(offset, count * PROGRAM_HEADER_BYTES);
        for (int i = 0; i < count; i++) {
            int entry = i * PROGRAM_HEADER_BYTES;
            segments.add(new Segment(
                    table.getInt(entry),
                    table.getLong(entry + 8),
                    table.getLong(entry + 16),
                    table.getLong(entry + 32)));
        }
        return names(segments.stream()
                .filter(segment -> segment.type == PT_DYNAMIC)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no dynamic section")));
    }

    private List<String> names(Segment dynamic) throws IOException {
        ByteBuffer entries = at(dynamic.offset, Math.toIntExact(Math.min(dynamic.sizeBytes, MOST_BYTES)));
        List<Long> needed = new ArrayList<>();
        long strings = 0;
        while (entries.remaining() >= 16) {
            long tag = entries.getLong();
            long value = entries.getLong();
            if (tag == DT_NEEDED) {
                needed.add(value);
            } else if (tag == DT_STRTAB) {
                strings = fileOffset(value);
            }
        }
        List<String> names = new ArrayList<>();
        for (long name : needed) {
            names.add(string(strings + name));
        }
        return names;
    }

    private long fileOffset(long address) {
        return segments.stream()
                .filter(segment -> segment.type == PT_LOAD
                        && address >= segment.address
                        && address < segment.address + segment.sizeBytes)
                .findFirst()
                .map(segment -> address - segment.address + segment.offset)
                .orElseThrow(() -> new IllegalArgumentException("no string table"));
    }

    private String string(long offset) throws IOException {
        ByteBuffer bytes = at(offset, Math.toIntExact(Math.min(LONGEST_NAME, file.size() - offset)));
        int length = 0;
        while (bytes.get(length) != 0) {
            length++;
        }
        return StandardCharsets.UTF_8.decode(bytes.limit(length)).toString();
    }

    private ByteBuffer at(long offset, int bytes) throws IOException {
        if (offset < 0 || bytes < 0 || bytes > file.size() - offset) {
            throw new IllegalArgumentException("it ends too early");
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, offset + buffer.position()) < 0) {
                throw new IllegalArgumentException("it ends too early");
            }
        }
        return buffer.flip();
    }
}
