package dev.holdfast.jetty;

import dev.holdfast.engine.HolderMain;
import dev.holdfast.engine.TestHolder;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.VersionState;
import java.nio.file.Path;

/** A holder that is a process, to go with servers that are. */
record BaseFixture(Path root, TestHolder holder) {
    /** Width of the rows that model {@code bias} takes. */
    static final int WIDTH = 1024;

    static BaseFixture at(Path root) throws Exception {
        return new BaseFixture(root, new TestHolder(root));
    }

    /** Starts the holder and has it load models. */
    ChildJvm startHolder(String... models) throws Exception {
        ChildJvm process = ChildJvm.start(HolderMain.class, root.toString(), "packed");
        String line = process.readLine();
        if (!line.equals("serving")) {
            throw new AssertionError("the holder says " + line);
        }
        for (String model : models) {
            holder.load(model);
        }
        return process;
    }

    /** The setting that names the holder's socket. */
    String socket() {
        return "holdfast.socket=" + holder.socket();
    }

    JettyBase base(String name) {
        return new JettyBase(root.resolve(name));
    }

    /** How many leases the holder lists. */
    long leases() {
        try (HolderClient client = holder.client()) {
            return client.list().stream()
                    .flatMap(model -> model.versions().stream())
                    .mapToLong(version -> version.leases().size())
                    .sum();
        }
    }

    /** Whether no version of the model is resident. */
    boolean isFree(String model) {
        try (HolderClient client = holder.client()) {
            return client.list().stream()
                    .filter(listing -> listing.name().equals(model))
                    .flatMap(listing -> listing.versions().stream())
                    .allMatch(version -> version.state() == VersionState.RETIRED);
        }
    }
}
