package dev.holdfast.daemon.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.holdfast.daemon.repository.Mutation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged journals: nothing is ever thrown, and what was written before the damage is still known. */
class JournalFuzzTest {
    private static final long SEED = 20_240_601;
    private static final int MUTANTS = 80_000;
    private static final int MUTANTS_WITH_RIGHT_CHECKSUMS = 20_000;
    private static final int MUTANTS_ON_DISK = 300;

    private final List<byte[]> lines = new ArrayList<>();
    private final List<Predicate<JournalState>> effects = new ArrayList<>();

    @TempDir
    Path directory;

    /** Each record is about a model and digest of its own, so that none undoes another. */
    private byte[] journal() {
        for (int i = 0; i < 2; i++) {
            long number = i + 1L;
            String model = "model-" + i;
            String digest = String.format("%064x", number);
            JournalRecord.Published published = new JournalRecord.Published(digest, model, number, 100 * number);
            JournalRecord.Pointer pointer =
                    new JournalRecord.Pointer(model, Optional.of(number), i % 2 == 0, Optional.empty());
            add(published, state -> state.versions().contains(published));
            add(pointer, state -> state.pointer(model).filter(pointer::equals).isPresent());
            add(new JournalRecord.Pinned(model, number, true), state -> state.isPinned(model, number));
            add(
                    new JournalRecord.Counter(model, number),
                    state -> state.counters().getOrDefault(model, 0L).equals(number));
            add(new JournalRecord.Draining(String.format("%064x", 100 + i)), state -> true);
            add(new JournalRecord.Retired(String.format("%064x", 200 + i)), state -> true);
            String lost = String.format("%064x", 300 + i);
            add(new JournalRecord.Lost(lost), state -> state.isLost(lost));
            add(new JournalRecord.Events(256 * number), state -> true);
        }
        return join(lines);
    }

    private void add(JournalRecord record, Predicate<JournalState> effect) {
        lines.add(JournalCodec.encode(record));
        effects.add(effect);
    }

    private static byte[] join(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    @Test
    @Tag("core")
    void recordsBeforeTheDamageAreKept() {
        byte[] original = journal();
        Random random = new Random(SEED);
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = Mutation.of(original, random);
            checkPrefix(original, mutant, replay(mutant, i), i);
        }
    }

    @Test
    void recordsWithNonsenseAndARightChecksumThrowNothing() {
        journal();
        Random random = new Random(SEED);
        for (int i = 0; i < MUTANTS_WITH_RIGHT_CHECKSUMS; i++) {
            byte[] line = lines.get(random.nextInt(lines.size()));
            byte[] json = Mutation.of(Arrays.copyOfRange(line, 9, line.length - 1), random);
            byte[] mutant = join(List.of(lines.get(0), checksummed(json), lines.get(1)));
            JournalState state = replay(mutant, i).state();
            assertThat(effects.get(1).test(state))
                    .as("mutant %d of seed %d", i, SEED)
                    .isTrue();
        }
    }

    private static byte[] checksummed(byte[] json) {
        CRC32C checksum = new CRC32C();
        checksum.update(json);
        byte[] head = String.format("%08x ", checksum.getValue()).getBytes(StandardCharsets.US_ASCII);
        return join(List.of(head, json, new byte[] {'\n'}));
    }

    @Test
    void damagedFilesOpenAndTakeRecords() throws IOException {
        byte[] original = journal();
        Random random = new Random(SEED);
        for (int i = 0; i < MUTANTS_ON_DISK; i++) {
            byte[] mutant = Mutation.of(original, random);
            Path file = Files.write(directory.resolve("journal-" + i), mutant);
            try (Journal journal = Journal.open(file)) {
                journal.append(new JournalRecord.Counter("appended", i));
            }
            try (Journal journal = Journal.open(file)) {
                assertThat(journal.state().counters())
                        .as("mutant %d of seed %d", i, SEED)
                        .containsAllEntriesOf(Map.of("appended", (long) i));
            }
        }
    }

    private static JournalReplay replay(byte[] mutant, int number) {
        try {
            return JournalReplay.of(mutant);
        } catch (RuntimeException | Error e) {
            return fail(
                    "mutant " + number + " of seed " + SEED + ": " + new String(mutant, StandardCharsets.ISO_8859_1),
                    e);
        }
    }

    private void checkPrefix(byte[] original, byte[] mutant, JournalReplay replay, int number) {
        int mismatch = Arrays.mismatch(original, mutant);
        int damage = mismatch < 0 ? original.length : mismatch;
        int end = 0;
        for (int i = 0; i < lines.size(); i++) {
            end += lines.get(i).length;
            if (end <= damage && !effects.get(i).test(replay.state())) {
                fail("mutant " + number + " of seed " + SEED + ", damaged at byte " + damage + ", lost record " + i);
            }
        }
    }
}
