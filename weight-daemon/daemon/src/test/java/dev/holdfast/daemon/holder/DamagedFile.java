package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Damage done to the holder's files behind its back, as by a failing disk. */
final class DamagedFile {
    private DamagedFile() {}

    /** Changes one bit of the last byte; the file keeps its inode, size and permissions. */
    static void flipLastByte(Path file) throws IOException {
        change(file, channel -> {
            ByteBuffer last = ByteBuffer.allocate(1);
            channel.read(last, channel.size() - 1);
            last.put(0, (byte) (last.get(0) ^ 1)).flip();
            channel.write(last, channel.size() - 1);
        });
    }

    static void cutLastByte(Path file) throws IOException {
        change(file, channel -> channel.truncate(channel.size() - 1));
    }

    private interface Change {
        void make(FileChannel channel) throws IOException;
    }

    private static void change(Path file, Change change) throws IOException {
        var permissions = Files.getPosixFilePermissions(file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            change.make(channel);
        }
        Files.setPosixFilePermissions(file, permissions);
    }
}
