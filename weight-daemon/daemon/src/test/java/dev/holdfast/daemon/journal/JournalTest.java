package dev.holdfast.daemon.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final String FIRST = "a".repeat(64);
    private static final String SECOND = "b".repeat(64);

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void chooseFile() {
        file = directory.resolve("journal");
    }

    private void append(JournalRecord... records) {
        try (Journal journal = Journal.open(file)) {
            journal.append(records);
        }
    }

    private JournalState reopened() {
        try (Journal journal = Journal.open(file)) {
            return journal.state();
        }
    }

    private static JournalRecord.Published published(String digest, long version) {
        return new JournalRecord.Published(digest, "m", version, 100);
    }

    @Test
    void aPinEndsWithTheLastCopyOfItsVersion() {
        append(
                published(FIRST, 1),
                new JournalRecord.Pinned("m", 1, true),
                published(SECOND, 1),
                new JournalRecord.Retired(FIRST));
        assertThat(reopened().isPinned("m", 1)).isTrue();
        append(new JournalRecord.Retired(SECOND));
        assertThat(reopened().isPinned("m", 1)).isFalse();
    }

    @Test
    @Tag("core")
    void everyRecordIsThereAfterReopening() {
        JournalRecord.Pointer pointer = new JournalRecord.Pointer("m", Optional.of(2L), true, Optional.of(1L));
        append(
                published(FIRST, 1),
                published(SECOND, 2),
                new JournalRecord.Draining(FIRST),
                pointer,
                new JournalRecord.Pinned("m", 2, true),
                new JournalRecord.Events(512),
                new JournalRecord.Counter("m", 7));
        JournalState state = reopened();
        assertThat(state.versions()).containsExactly(published(FIRST, 1), published(SECOND, 2));
        assertThat(state.isDraining(FIRST)).isTrue();
        assertThat(state.isDraining(SECOND)).isFalse();
        assertThat(state.pointer("m")).contains(pointer);
        assertThat(state.isPinned("m", 2)).isTrue();
        assertThat(state.lastEvent()).isEqualTo(512);
        assertThat(state.counters()).isEqualTo(Map.of("m", 7L));
    }

    @Test
    void retiredVersionIsForgotten() {
        append(published(FIRST, 1), new JournalRecord.Draining(FIRST), new JournalRecord.Retired(FIRST));
        assertThat(reopened().versions()).isEmpty();
        assertThat(reopened().isDraining(FIRST)).isFalse();
    }

    @Test
    void lostVersionIsLostUntilItDrains() {
        append(published(FIRST, 1), new JournalRecord.Lost(FIRST));
        assertThat(reopened().isLost(FIRST)).isTrue();
        append(new JournalRecord.Draining(FIRST));
        assertThat(reopened().isLost(FIRST)).isFalse();
        assertThat(reopened().isDraining(FIRST)).isTrue();
    }

    @Test
    void retiredVersionIsLostNoMore() {
        append(published(FIRST, 1), new JournalRecord.Lost(FIRST), new JournalRecord.Retired(FIRST));
        assertThat(reopened().isLost(FIRST)).isFalse();
    }

    @Test
    void versionPublishedAgainIsNotDraining() {
        append(published(FIRST, 1), new JournalRecord.Draining(FIRST), published(FIRST, 1));
        assertThat(reopened().isDraining(FIRST)).isFalse();
    }

    @Test
    void unpinnedVersionIsNotPinned() {
        append(new JournalRecord.Pinned("m", 1, true), new JournalRecord.Pinned("m", 1, false));
        assertThat(reopened().isPinned("m", 1)).isFalse();
    }

    @Test
    void pointerToNoVersionIsRemembered() {
        JournalRecord.Pointer none = new JournalRecord.Pointer("m", Optional.empty(), false, Optional.of(3L));
        append(new JournalRecord.Pointer("m", Optional.of(3L), false, Optional.empty()), none);
        assertThat(reopened().pointer("m")).contains(none);
    }

    @Test
    void counterNeverFalls() {
        append(new JournalRecord.Counter("m", 9), new JournalRecord.Counter("m", 4));
        assertThat(reopened().counters()).containsEntry("m", 9L);
    }

    @Test
    void modelNamesOfAnyLettersSurvive() {
        append(new JournalRecord.Counter("grün\n\"模型\" \u2028", 1));
        assertThat(reopened().counters()).containsOnlyKeys("grün\n\"模型\" \u2028");
    }

    @Test
    void appendedRecordsCountAtOnce() {
        try (Journal journal = Journal.open(file)) {
            journal.append(new JournalRecord.Counter("m", 5));
            assertThat(journal.state().counters()).containsEntry("m", 5L);
        }
    }

    @Test
    void onlyItsOwnerMayReadIt() throws IOException {
        append(new JournalRecord.Events(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    @Tag("core")
    void recordCutShortByACrashIsDropped() throws IOException {
        append(new JournalRecord.Counter("whole", 1), new JournalRecord.Counter("torn", 2));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 5));
        assertThat(reopened().counters()).containsOnlyKeys("whole");
        assertThat(damagedCopies()).isEmpty();
    }

    @Test
    void appendAfterATornRecordIsReadable() throws IOException {
        append(new JournalRecord.Counter("first", 1));
        Files.writeString(file, "0badc0de {\"t\":\"cou", StandardOpenOption.APPEND);
        append(new JournalRecord.Counter("second", 2));
        assertThat(reopened().counters()).containsOnlyKeys("first", "second");
        assertThat(damagedCopies()).isEmpty();
    }

    @Test
    @Tag("core")
    void corruptRecordInTheMiddleCostsOnlyItself() throws IOException {
        byte[] damaged = threeCountersWithTheSecondDamaged();
        Files.write(file, damaged);
        assertThat(reopened().counters()).containsOnlyKeys("first", "third");
        assertThat(damagedCopies()).containsExactly("journal.corrupt-1");
        assertThat(directory.resolve("journal.corrupt-1")).hasBinaryContent(damaged);
    }

    @Test
    void damagedJournalIsMendedOnce() throws IOException {
        Files.write(file, threeCountersWithTheSecondDamaged());
        JournalState first = reopened();
        JournalState second = reopened();
        assertThat(second.counters()).isEqualTo(first.counters());
        assertThat(damagedCopies()).containsExactly("journal.corrupt-1");
    }

    @Test
    void eachDamagedJournalIsKeptUnderItsOwnNumber() throws IOException {
        Files.write(file, threeCountersWithTheSecondDamaged());
        reopened();
        Files.write(file, threeCountersWithTheSecondDamaged());
        reopened();
        assertThat(damagedCopies()).containsExactlyInAnyOrder("journal.corrupt-1", "journal.corrupt-2");
    }

    @Test
    void mendedJournalAndItsDamagedCopyAreTheOwnersAlone() throws IOException {
        append(new JournalRecord.Counter("kept", 1));
        Files.writeString(file, "00000000 {}\n", StandardOpenOption.APPEND);
        reopened();
        for (Path each : List.of(file, directory.resolve("journal.corrupt-1"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
        }
    }

    private byte[] threeCountersWithTheSecondDamaged() {
        byte[] first = JournalCodec.encode(new JournalRecord.Counter("first", 1));
        byte[] second = JournalCodec.encode(new JournalRecord.Counter("second", 2));
        byte[] third = JournalCodec.encode(new JournalRecord.Counter("third", 3));
        second[second.length / 2] ^= 0x20;
        return concat(first, second, third);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private List<String> damagedCopies() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.contains("corrupt"))
                    .toList();
        }
    }

    @Test
    void recordsOfALaterReleaseCostNoOthers() throws IOException {
        append(new JournalRecord.Counter("before", 1));
        Files.write(file, line("{\"t\":\"replicated\",\"to\":\"elsewhere\"}"), StandardOpenOption.APPEND);
        Files.write(file, JournalCodec.encode(new JournalRecord.Counter("after", 2)), StandardOpenOption.APPEND);
        assertThat(reopened().counters()).containsOnlyKeys("before", "after");
        assertThat(Files.readString(directory.resolve("journal.corrupt-1"))).contains("replicated");
    }

    @Test
    void fieldsOfALaterReleaseAreIgnored() throws IOException {
        Files.write(file, line("{\"t\":\"counter\",\"model\":\"m\",\"value\":3,\"unit\":\"calls\"}"));
        assertThat(reopened().counters()).containsEntry("m", 3L);
    }

    @Test
    void recordsThatSayNothingPossibleAreSkipped() throws IOException {
        Files.write(
                file,
                concat(
                        line(
                                "{\"t\":\"published\",\"digest\":\"short\",\"model\":\"m\",\"version\":1,\"sizeBytes\":1}"),
                        line("{\"t\":\"counter\",\"model\":\"\",\"value\":3}"),
                        line("{\"t\":\"counter\",\"model\":\"m\"}"),
                        line("null"),
                        JournalCodec.encode(new JournalRecord.Counter("good", 1))));
        JournalState state = reopened();
        assertThat(state.counters()).containsOnlyKeys("good");
        assertThat(state.versions()).isEmpty();
    }

    /** A line as a journal has it, whatever its JSON. */
    private static byte[] line(String json) {
        CRC32C checksum = new CRC32C();
        checksum.update(json.getBytes(StandardCharsets.UTF_8));
        return String.format("%08x %s\n", checksum.getValue(), json).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void longJournalIsRewrittenToWhatStillCounts() throws IOException {
        JournalRecord[] many = IntStream.rangeClosed(1, 1_500)
                .mapToObj(i -> new JournalRecord.Counter("m", i))
                .toArray(JournalRecord[]::new);
        append(many);
        append(
                published(FIRST, 1),
                new JournalRecord.Draining(FIRST),
                published(SECOND, 2),
                new JournalRecord.Lost(SECOND));
        assertThat(Files.readAllLines(file)).hasSizeLessThan(10);
        assertThat(reopened().counters()).containsEntry("m", 1_500L);
        assertThat(reopened().isDraining(FIRST)).isTrue();
        assertThat(reopened().isLost(SECOND)).isTrue();
    }

    @Test
    void shortJournalIsLeftAsItIs() throws IOException {
        append(new JournalRecord.Counter("m", 1), new JournalRecord.Counter("m", 2));
        byte[] before = Files.readAllBytes(file);
        reopened();
        assertThat(file).hasBinaryContent(before);
    }

    @Test
    void journalThatIsADirectoryIsRefusedByName() throws IOException {
        Files.createDirectory(file);
        assertThatExceptionOfType(JournalException.class)
                .isThrownBy(() -> Journal.open(file))
                .withMessageContaining(file.toString());
    }

    @Test
    void interruptDoesNotCloseTheJournal() {
        try (Journal journal = Journal.open(file)) {
            Thread.currentThread().interrupt();
            journal.append(new JournalRecord.Counter("interrupted", 1));
            assertThat(Thread.interrupted()).isTrue();
            journal.append(new JournalRecord.Counter("later", 2));
        }
        assertThat(reopened().counters()).containsOnlyKeys("interrupted", "later");
    }
}
