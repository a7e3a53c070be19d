package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.HolderClient;
import dev.holdfast.protocol.Right;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What processes of other users may do, tried by such processes. The holder is this process's and root's. */
@Tag("core")
class RightsTest {
    private static final String MODEL = "bias";
    private static final String READERS = "daemon";
    private static final long STRANGERS_UID = 65_534;
    private static final long STRANGERS_GID = 65_534;

    @TempDir
    static Path root;

    @TempDir
    static Path classes;

    private static HolderBase base;
    private static Holder holder;
    private static String classPath;
    private static long readersGid;

    @BeforeAll
    static void startHolder() throws IOException {
        OtherUser.assumePossible();
        readersGid = readersGid();
        classPath = ReadableClassPath.copyTo(classes);
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        base = new HolderBase(root);
        ModelZoo.bias(base.models(), MODEL, 1, 1024, 1f);
        holder = base.start(ArenaLayout.PACKED, RightsTest::withReaders);
        try (HolderClient client = base.client()) {
            client.load(MODEL, Optional.empty(), false);
        }
    }

    @AfterAll
    static void stopHolder() {
        if (holder != null) {
            holder.close();
        }
    }

    private static long readersGid() throws IOException {
        Optional<String> line = Files.readAllLines(Path.of("/etc/group")).stream()
                .filter(group -> group.startsWith(READERS + ":"))
                .findFirst();
        Assumptions.assumeTrue(line.isPresent(), "this system has no group named " + READERS);
        return Long.parseLong(line.orElseThrow().split(":", -1)[2]);
    }

    private static HolderConfig withReaders(HolderConfig config) {
        return new HolderConfig(
                config.models(),
                config.socket(),
                config.state(),
                config.placement(),
                config.memoryBudgetBytes(),
                Optional.of(READERS),
                config.loadDeadline(),
                config.loads(),
                config.loadAll(),
                config.cacheLimitBytes(),
                config.loaderJvmOptions());
    }

    private static Map<String, String> visitBy(OtherUser user) throws Exception {
        return user.visit(
                classPath, List.of(base.socket().toString(), base.state().toString(), MODEL));
    }

    private static OtherUser stranger() {
        return new OtherUser(STRANGERS_UID, STRANGERS_GID, STRANGERS_GID);
    }

    private static OtherUser readerByPrimaryGroup() {
        return new OtherUser(STRANGERS_UID, readersGid, readersGid);
    }

    private static OtherUser readerBySupplementaryGroup() {
        return new OtherUser(STRANGERS_UID, STRANGERS_GID, readersGid);
    }

    @Test
    void strangerIsRefusedAndSeesNoFile() throws Exception {
        Map<String, String> outcomes = visitBy(stranger());
        assertThat(outcomes).containsEntry("connect", "NOT_PERMITTED").doesNotContainKey("list");
        outcomes.remove("connect");
        assertThat(outcomes.values()).containsOnly("denied");
    }

    @Test
    void strangersRefusalIsLoggedWithItsUser() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(ServedConnection.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        try {
            visitBy(stranger());
        } finally {
            logger.detachAppender(log);
        }
        assertThat(List.copyOf(log.list)).anySatisfy(event -> assertThat(event.getFormattedMessage())
                .contains("user " + STRANGERS_UID)
                .contains("refused"));
    }

    @Test
    void memberOfTheReadersGroupMayLookLeaseAndOffer() throws Exception {
        assertThat(visitBy(readerByPrimaryGroup())).containsAllEntriesOf(readersMay());
    }

    @Test
    void memberBySupplementaryGroupMayLookLeaseAndOffer() throws Exception {
        assertThat(visitBy(readerBySupplementaryGroup())).containsAllEntriesOf(readersMay());
    }

    private static Map<String, String> readersMay() {
        return Map.of(
                "connect", "ok",
                "list", "ok",
                "status", "ok",
                "watch", "ok",
                "lease", "ok",
                "read bytes", "ok",
                "count", "ok",
                "offer", "ok");
    }

    @Test
    void readerMayNotChangeWhatIsLoaded() throws Exception {
        Map<String, String> outcomes = visitBy(readerByPrimaryGroup());
        for (String request : List.of("load", "unload", "activate", "rollback", "pin", "verify")) {
            assertThat(outcomes).containsEntry(request, "NOT_PERMITTED");
        }
    }

    @Test
    void readerMayChangeNoFileAndReadOnlyVersions() throws Exception {
        Map<String, String> outcomes = visitBy(readerBySupplementaryGroup());
        for (String file : List.of("graph", "weights", "manifest")) {
            assertThat(outcomes).containsEntry("write " + file, "denied");
            assertThat(outcomes).containsEntry("delete " + file, "denied");
        }
        for (String attempt :
                List.of("read journal", "write journal", "read lock", "list cache", "list tmp", "create version")) {
            assertThat(outcomes).containsEntry(attempt, "denied");
        }
        assertThat(outcomes).containsEntry("list versions", "ok");
    }

    @Test
    void holdersOwnUserHasBothRights() {
        try (HolderClient client = base.client()) {
            assertThat(client.welcome().rights()).isEqualTo(Set.of(Right.READ, Right.ADMIN));
            assertThat(client.verify(MODEL, Optional.of(1L)).text()).isNotEmpty();
        }
    }

    /** A holder that is not root's own: its user and root may everything, others nothing. */
    @Test
    void rootHasBothRightsWithAnyUsersHolder(@TempDir Path ownedByStranger) throws Exception {
        Files.setPosixFilePermissions(ownedByStranger, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setAttribute(ownedByStranger, "unix:uid", Math.toIntExact(STRANGERS_UID));
        Process other = stranger()
                .start(classPath, HolderMain.class, List.of(ownedByStranger.toString(), ArenaLayout.PACKED.wireName()));
        try {
            awaitServing(other);
            Path socket = ownedByStranger.resolve("weights.sock");
            try (HolderClient client = HolderClient.connect(socket, HolderBase.LIMIT)) {
                assertThat(client.welcome().rights()).isEqualTo(Set.of(Right.READ, Right.ADMIN));
            }
            List<String> arguments =
                    List.of(socket.toString(), ownedByStranger.resolve("state").toString(), MODEL);
            assertThat(stranger().visit(classPath, arguments)).containsEntry("load", "MODEL_NOT_FOUND");
            assertThat(new OtherUser(STRANGERS_UID - 1, STRANGERS_GID, STRANGERS_GID).visit(classPath, arguments))
                    .containsEntry("connect", "NOT_PERMITTED");
        } finally {
            other.destroyForcibly().waitFor();
        }
    }

    private static void awaitServing(Process holder) throws IOException {
        BufferedReader lines = holder.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.contains("serving")) {
            line = lines.readLine();
        }
        assertThat(line).as("what the other holder says").isNotNull();
    }
}
