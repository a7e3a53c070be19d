package dev.holdfast.bench;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** JVMs that serve one model at one address. Closing it ends all of its processes. */
interface Fleet extends AutoCloseable {
    /** As it stands in reports. */
    String name();

    /** Where the model takes inference requests. */
    URI url();

    /** The pids of all it consists of, those that help but do not serve included. */
    List<Long> pids() throws IOException;

    /**
     * Kills (SIGKILL) one of the JVMs that serve and waits until another serves in its place.
     *
     * @return the time between the two, in milliseconds
     * @throws IOException if nothing takes its place within a minute
     */
    double replaceMillis() throws IOException;

    @Override
    void close();

    /** The sum of what the kernel says each takes, in MiB; a page that several map is divided among them. */
    static double proportionalMib(List<Long> pids) throws IOException {
        double sum = 0;
        for (long pid : pids) {
            sum += ProcessFigures.of(pid).proportionalMib();
        }
        return sum;
    }

    /** The path of the V2 protocol. */
    static String inferencePath(String model) {
        return "/v2/models/" + model + "/infer";
    }
}
