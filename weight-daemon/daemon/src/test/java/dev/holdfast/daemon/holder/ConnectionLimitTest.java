package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.RefusalCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionLimitTest {
    private static final long DESCRIPTORS_NEEDED = 4_096;

    @TempDir
    Path root;

    @Test
    void connectionBeyondTheMostIsRefusedInWordsAndRoomComesBack() throws IOException {
        assumeDescriptors();
        HolderBase base = new HolderBase(root);
        try (Holder holder = base.start(ArenaLayout.PACKED)) {
            Census before = Census.take();
            List<RawClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < Connections.MOST; i++) {
                    clients.add(RawClient.connect(base.socket()));
                }
                try (RawClient oneMore = RawClient.connect(base.socket())) {
                    assertThat(oneMore.refusal()).isEqualTo(RefusalCode.TOO_MANY_CONNECTIONS);
                }
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
            }
            before.awaitReturn();
            try (HolderClient client = base.client()) {
                assertThat(client.list()).isEmpty();
            }
        }
    }

    /** This process has both ends of each connection. */
    private static void assumeDescriptors() throws IOException {
        String limit = Files.readAllLines(Path.of("/proc/self/limits")).stream()
                .filter(line -> line.startsWith("Max open files"))
                .map(line -> line.substring("Max open files".length()).strip().split(" +", 2)[0])
                .findFirst()
                .orElse("0");
        Assumptions.assumeTrue(
                limit.equals("unlimited") || Long.parseLong(limit) >= DESCRIPTORS_NEEDED,
                "this process may not open " + DESCRIPTORS_NEEDED + " files");
    }
}
