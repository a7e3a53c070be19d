package dev.holdfast.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.daemon.doctor.DeviceRequest;
import dev.holdfast.daemon.service.HolderSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code docs/services.md} tells a service manager to start is a command line that the holder takes. */
@Tag("core")
class ServicesPageTest {
    private static final String START = "ExecStart=/opt/holdfast/bin/holdfast daemon ";

    @Test
    void everyUnitsCommandLineIsUnderstoodAndOneNamesADevice() throws IOException {
        List<DeviceRequest> devices = Files.readString(Path.of("../../docs/services.md"))
                .lines()
                .filter(line -> line.startsWith(START))
                .map(line -> DaemonOptions.parse(line.substring(START.length()).split(" ")))
                .map(HolderSettings::device)
                .toList();

        assertThat(devices).containsExactly(DeviceRequest.AUTO, DeviceRequest.parse("cuda:0"));
    }
}
