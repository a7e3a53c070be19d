package dev.holdfast.daemon.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process whose files may not grow beyond a few KiB, which to a journal is a full disk. */
@Tag("core")
class FullDiskTest {
    private static final Path LIMITER = Path.of("/usr/bin/prlimit");

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void assumeLimits() {
        Assumptions.assumeTrue(Files.isExecutable(LIMITER), "prlimit is not installed");
        file = directory.resolve("journal");
    }

    private ChildJvm startAppender() throws IOException {
        return ChildJvm.startUnder(
                List.of(LIMITER.toString(), "--fsize=4096:unlimited"), JournalAppender.class, file.toString());
    }

    private static void makeRoomFor(ChildJvm child) throws Exception {
        Process raise = new ProcessBuilder(LIMITER.toString(), "--pid=" + child.pid(), "--fsize=unlimited:unlimited")
                .inheritIO()
                .start();
        assertThat(raise.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(raise.exitValue()).isZero();
    }

    @Test
    void failedAppendLeavesFileAndStateAsTheyWere() throws Exception {
        try (ChildJvm child = startAppender()) {
            long appended = refusedAfter(child);
            assertThat(child.readLine()).isEqualTo("state " + appended);
            assertThat(Files.readAllBytes(file)).endsWith((byte) '\n');
            try (Journal journal = Journal.open(Files.copy(file, directory.resolve("copy")))) {
                assertThat(journal.state().counters()).containsEntry("m", appended);
            }
        }
    }

    @Test
    void journalTakesRecordsAgainOnceThereIsRoom() throws Exception {
        long appended;
        try (ChildJvm child = startAppender()) {
            appended = refusedAfter(child);
            assertThat(child.readLine()).startsWith("state ");
            makeRoomFor(child);
            Files.createFile(directory.resolve("go"));
            assertThat(child.readLine()).isEqualTo("appended " + (appended + 1));
        }
        try (Journal journal = Journal.open(file)) {
            assertThat(journal.state().counters()).containsEntry("m", appended + 1);
            assertThat(directory.resolve("journal.corrupt-1")).doesNotExist();
        }
    }

    /** How many records went in before one was refused, with a reason that says what to do. */
    private static long refusedAfter(ChildJvm child) throws InterruptedException {
        String[] refusal = child.readLine().split(" ", 3);
        assertThat(refusal[0]).isEqualTo("refused");
        assertThat(refusal[2]).contains("make room");
        long appended = Long.parseLong(refusal[1]);
        assertThat(appended).isPositive();
        return appended;
    }
}
