package dev.holdfast.bench;

import dev.holdfast.engine.Models;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A process of {@link MemoryCommand}: serves MiniLM one way or the other, infers, says so, and waits for its end. */
final class MemoryWorker {
    /** The one line it prints. */
    static final String READY = "ready";

    private static final int CALLS = 3;
    private static final Workload WORKLOAD = Workload.miniLm(8, 128);

    private MemoryWorker() {}

    /** Arguments: {@code plain} and a model's file, or {@code leased} and a holder's socket. */
    public static void main(String[] arguments) throws IOException {
        Path path = Path.of(arguments[1]);
        if (arguments[0].equals("plain")) {
            try (PlainSession session = PlainSession.open(path, 1)) {
                serve(session.call(WORKLOAD));
            }
        } else {
            try (Models models = Serving.open(path, List.of(WORKLOAD.model()), 1)) {
                serve(() -> models.get(WORKLOAD.model()).infer(WORKLOAD.request()));
            }
        }
    }

    private static void serve(Runnable call) throws IOException {
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        System.gc();
        System.out.println(READY);
        System.out.flush();
        if (System.in.read() >= 0) {
            throw new IOException("nobody should write to this process");
        }
    }
}
