package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory this process takes, as the operating system counts it. */
final class ResidentMemory {
    private static final Logger LOG = LoggerFactory.getLogger(ResidentMemory.class);

    private ResidentMemory() {}

    /**
     * Resident set size in bytes, {@code VmRSS} of {@code /proc/self/status} (proc(5)); where there is no such file, the
     * JVM's committed heap, which is less.
     */
    static long ofThisProcess() {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) {
            try {
                return residentBytes(Files.readAllLines(status));
            } catch (IOException e) {
                LOG.warn("{} can't be read", status, e);
            }
        }
        return Runtime.getRuntime().totalMemory();
    }

    private static long residentBytes(List<String> lines) throws IOException {
        for (String line : lines) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS line");
    }
}
