package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Held by a descriptor: it stays the same file whatever happens to its name. */
final class DescriptorWeightsFile implements WeightsFile {
    private final OwnedDescriptor opened;
    private final Path file;

    private DescriptorWeightsFile(OwnedDescriptor opened, Path file) {
        this.opened = opened;
        this.file = file;
    }

    static DescriptorWeightsFile open(Path file) throws IOException {
        return new DescriptorWeightsFile(OwnedDescriptor.ofFile(file), file);
    }

    @Override
    public boolean isRegular() throws IOException {
        return opened.attributes().isRegularFile();
    }

    @Override
    public long sizeBytes() throws IOException {
        return opened.attributes().size();
    }

    @Override
    public FileChannel openChannel() throws IOException {
        return opened.openChannel(StandardOpenOption.READ);
    }

    @Override
    public Mapping map(long lengthBytes) {
        return HostMapping.of(opened, lengthBytes, file.toString());
    }

    @Override
    public void close() {
        opened.close();
    }
}
