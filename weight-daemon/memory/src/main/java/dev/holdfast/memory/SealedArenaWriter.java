package dev.holdfast.memory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** Fills a memfd, which dies with its descriptor unless it is finished. */
final class SealedArenaWriter extends HostArenaWriter {
    private final OwnedDescriptor memfd;
    private final long sizeBytes;
    private final String what;

    private SealedArenaWriter(FileChannel target, OwnedDescriptor memfd, long sizeBytes, String what) {
        super(target, sizeBytes, what);
        this.memfd = memfd;
        this.sizeBytes = sizeBytes;
        this.what = what;
    }

    static SealedArenaWriter create(String name, long sizeBytes) throws IOException {
        OwnedDescriptor memfd = OwnedDescriptor.owning(LibC.createMemfd(name));
        try {
            String what = "memfd '" + name + "'";
            memfd.use(number -> {
                LibC.truncate(number, sizeBytes, what);
                return number;
            });
            return new SealedArenaWriter(memfd.openChannel(StandardOpenOption.WRITE), memfd, sizeBytes, what);
        } catch (IOException | RuntimeException e) {
            memfd.close();
            throw e;
        }
    }

    @Override
    WeightArena complete(FileChannel written) throws IOException {
        written.close();
        memfd.use(number -> {
            LibC.addSeals(number, SealedArena.REQUIRED_SEALS);
            return number;
        });
        return SealedArena.adopt(memfd, sizeBytes);
    }

    @Override
    void discard() {
        memfd.close();
    }

    @Override
    String remedy() {
        return "free memory on this machine or raise the memory limit of the loader's control group; " + what
                + " needs " + sizeBytes + " bytes in all";
    }
}
