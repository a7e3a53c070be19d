package dev.holdfast.daemon.loader;

import java.io.IOException;

/** A child that digests {@link HostMemory}. */
public final class HostDigestMain {
    private HostDigestMain() {}

    public static void main(String[] arguments) throws IOException {
        DigestMain.run(placement -> new HostMemory.Target(placement.device()));
    }
}
