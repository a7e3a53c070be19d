package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Held by a {@code FileChannel}, for Windows; not tested there. ONNX Runtime maps files of any size itself, but a
 * mapping made here is limited to 2 GiB and lasts until the collector finds it unused.
 */
final class ChannelWeightsFile implements WeightsFile {
    private final FileChannel opened;
    private final Path file;

    private ChannelWeightsFile(FileChannel opened, Path file) {
        this.opened = opened;
        this.file = file;
    }

    static ChannelWeightsFile open(Path file) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("not a regular file"); // opening a pipe would wait
        }
        return new ChannelWeightsFile(FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), file);
    }

    @Override
    public boolean isRegular() {
        return true;
    }

    @Override
    public long sizeBytes() throws IOException {
        return opened.size();
    }

    @Override
    public FileChannel openChannel() throws IOException {
        requireOpen();
        return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public Mapping map(long lengthBytes) {
        requireOpen();
        if (lengthBytes > Integer.MAX_VALUE) {
            throw new UnsupportedOperationException("on this platform " + file + " (" + lengthBytes
                    + " bytes) can be mapped by ONNX Runtime alone, because it is over 2 GiB");
        }
        try {
            return new BufferMapping(opened.map(FileChannel.MapMode.READ_ONLY, 0, lengthBytes), file.toString());
        } catch (IOException e) {
            throw new NativeCallException("map", file.toString(), e);
        }
    }

    private void requireOpen() {
        if (!opened.isOpen()) {
            throw new IllegalStateException(file + " is closed");
        }
    }

    @Override
    public void close() {
        try {
            opened.close();
        } catch (IOException e) {
            throw new NativeCallException("close", file.toString(), e);
        }
    }
}
