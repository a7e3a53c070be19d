package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.memory.ArenaKind;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.protocol.LeaseSummary;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionPolicy;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTableTest {
    private static StatusReport report(VersionSummary version) {
        ModelListing model = new ModelListing("m", VersionPolicy.DEFAULT, Optional.empty(), List.of(version));
        return new StatusReport(7, "1.0", "i", 65_000, 1 << 20, 8L << 30, 0, 512, 1, Map.of(), List.of(model));
    }

    private static VersionSummary corrupt(List<LeaseSummary> leases) {
        return new VersionSummary(
                4,
                VersionState.CORRUPT,
                Optional.empty(),
                ArenaKind.HOST,
                ArenaLayout.PACKED,
                "cpu",
                512,
                true,
                Optional.of("its digest is wrong"),
                leases);
    }

    @Test
    void versionTellsWhyItIsInItsState() {
        assertThat(StatusTable.of(report(corrupt(List.of())), List.of()))
                .contains("holder    pid 7, version 1.0, up 1m 5s, resident memory 1.0 MiB")
                .contains("512 B used, 0 B reserved, budget 8.0 GiB")
                .containsPattern("m +4 +corrupt +packed +file +cpu +512 B +- +pinned +0 +its digest is wrong");
    }

    @Test
    void controlCharactersOfACommandDoNotReachTheTerminal() {
        LeaseSummary lease = new LeaseSummary(1, 99, 1000, "evil\u001b[2J\nname", 10);

        assertThat(StatusTable.of(report(corrupt(List.of(lease))), List.of())).contains("evil?[2J?name");
    }

    @Test
    void longCommandKeepsItsBeginningAndItsEnd() {
        String shown = StatusTable.shortened("/usr/bin/java " + "-XX:Option ".repeat(20) + "dev.example.Main");

        assertThat(shown)
                .hasSize(72)
                .startsWith("/usr/bin/java")
                .contains("...")
                .endsWith("dev.example.Main");
    }

    @ParameterizedTest
    @CsvSource({"999,0s", "61000,1m 1s", "7260000,2h 1m", "180000000,2d 2h"})
    void agesAreShort(long millis, String text) {
        assertThat(StatusTable.age(millis)).isEqualTo(text);
    }
}
