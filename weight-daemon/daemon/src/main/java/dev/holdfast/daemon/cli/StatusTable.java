package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.device.DeviceUsage;
import dev.holdfast.daemon.holder.ByteSize;
import dev.holdfast.memory.ContentDigest;
import dev.holdfast.protocol.LeaseSummary;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.StatusReport;
import dev.holdfast.protocol.VersionState;
import dev.holdfast.protocol.VersionSummary;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A {@link StatusReport} and the devices in it for people. */
final class StatusTable {
    private static final int MOST_OF_A_COMMAND = 72;

    private final StringBuilder text = new StringBuilder();

    private StatusTable() {}

    static String of(StatusReport report, List<DeviceUsage> devices) {
        StatusTable table = new StatusTable();
        table.holder(report);
        table.versions(report.models());
        table.leases(report.models());
        table.text.append(DeviceTable.of(devices));
        table.counters(report);
        return table.text.toString().stripTrailing();
    }

    /** The state as people write it. */
    static String word(VersionState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    private void holder(StatusReport report) {
        boolean limited = report.budgetBytes() > 0 && report.budgetBytes() < Long.MAX_VALUE;
        line(
                "holder    pid %d, version %s, up %s, resident memory %s",
                report.pid(), report.version(), age(report.uptimeMillis()), ByteSize.format(report.residentBytes()));
        line(
                "weights   %s used, %s reserved, budget %s",
                ByteSize.format(report.usedBytes()),
                ByteSize.format(report.reservedBytes()),
                limited ? ByteSize.format(report.budgetBytes()) : "unlimited");
    }

    private void versions(List<ModelListing> models) {
        line("");
        if (models.isEmpty()) {
            line("no models; load one with `holdfast load NAME`");
            return;
        }
        Columns columns = new Columns(
                "MODEL", "VERSION", "STATE", "ACTIVE", "LAYOUT", "SHARE", "DEVICE", "SIZE", "DIGEST", "PINNED",
                "LEASES", "REASON");
        for (ModelListing model : models) {
            model.versions().forEach(version -> columns.row(cells(model, version)));
        }
        text.append(columns);
    }

    private static String[] cells(ModelListing model, VersionSummary version) {
        return new String[] {
            model.name(),
            Long.toString(version.version()),
            word(version.state()),
            isActive(model, version) ? "*" : "",
            version.layout().wireName(),
            version.share(),
            version.device(),
            ByteSize.format(version.sizeBytes()),
            version.digest().map(ContentDigest::abbreviated).orElse("-"),
            version.pinned() ? "pinned" : "",
            Integer.toString(version.leases().size()),
            version.reason().orElse("")
        };
    }

    /** Of several copies, the one that new workers get; if there is none for them, what is left of a lost one. */
    private static boolean isActive(ModelListing model, VersionSummary version) {
        return model.active().filter(number -> number == version.version()).isPresent()
                && (serves(version)
                        || model.versions().stream()
                                .noneMatch(other -> other.version() == version.version() && serves(other)));
    }

    private static boolean serves(VersionSummary version) {
        return version.state() == VersionState.PUBLISHED || version.state() == VersionState.ADOPTING;
    }

    private void leases(List<ModelListing> models) {
        Columns columns = new Columns("LEASE", "MODEL", "VERSION", "PID", "UID", "AGE", "COMMAND");
        for (ModelListing model : models) {
            for (VersionSummary version : model.versions()) {
                version.leases().forEach(lease -> columns.row(cells(model.name(), version.version(), lease)));
            }
        }
        if (!columns.isEmpty()) {
            line("");
            text.append(columns);
        }
    }

    private static String[] cells(String model, long version, LeaseSummary lease) {
        return new String[] {
            Long.toString(lease.id()),
            model,
            Long.toString(version),
            Long.toString(lease.pid()),
            Long.toString(lease.uid()),
            age(lease.ageMillis()),
            shortened(lease.command())
        };
    }

    /** A JVM's command is told best by its beginning and its end. */
    static String shortened(String command) {
        int excess = command.length() - MOST_OF_A_COMMAND;
        if (excess <= 0) {
            return command;
        }
        int cut = MOST_OF_A_COMMAND / 3;
        return command.substring(0, cut) + "..." + command.substring(cut + excess + 3);
    }

    private void counters(StatusReport report) {
        if (!report.counters().isEmpty()) {
            line("");
            Columns columns = new Columns("COUNTER", "VALUE");
            new TreeMap<>(report.counters()).forEach((name, value) -> columns.row(name, Long.toString(value)));
            text.append(columns);
        }
    }

    /** Such as {@code 4s}, {@code 12m 5s}, {@code 3h 2m}, {@code 8d 4h}. */
    static String age(long millis) {
        Duration age = Duration.ofMillis(millis);
        if (age.toDays() > 0) {
            return age.toDays() + "d " + age.toHoursPart() + "h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + "h " + age.toMinutesPart() + "m";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + "m " + age.toSecondsPart() + "s" : age.toSeconds() + "s";
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
