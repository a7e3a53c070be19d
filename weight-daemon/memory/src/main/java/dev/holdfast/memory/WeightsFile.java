package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A packed arena's file held open for reading; one kind per operating system family. */
sealed interface WeightsFile extends AutoCloseable permits DescriptorWeightsFile, ChannelWeightsFile {
    /** Whether it is a regular file. */
    boolean isRegular() throws IOException;

    /** Its length now. */
    long sizeBytes() throws IOException;

    /** Its bytes, on a channel of its own that the caller closes. */
    FileChannel openChannel() throws IOException;

    /** Maps its first bytes read-only. */
    Mapping map(long lengthBytes);

    @Override
    void close();

    /** Opens the file without following a symbolic link. */
    static WeightsFile open(Path file) throws IOException {
        return LibC.isHere() ? DescriptorWeightsFile.open(file) : ChannelWeightsFile.open(file);
    }
}
