package dev.holdfast.daemon.loader;

import java.io.IOException;

/** A loader into {@link HostMemory}. */
public final class HostLoaderMain {
    private HostLoaderMain() {}

    public static void main(String[] arguments) throws IOException {
        LoaderMain.run(placement -> new HostMemory.Target(placement.device()));
    }
}
