package dev.holdfast.memory.cuda;

import dev.holdfast.memory.SealedArena;
import java.io.IOException;

/** A process of its own that asks for the driver, prints what it got, and shows that a host arena can still be had. */
final class CudaDriverProcess {
    private CudaDriverProcess() {}

    public static void main(String[] arguments) throws IOException {
        try {
            System.out.println(CudaDriver.load().version());
        } catch (CudaUnavailableException e) {
            System.out.println(e.reason() + ": " + e.getMessage());
        }
        SealedArena.create("beside-cuda", 4096).finish().close();
        System.out.println("host arena");
    }
}
