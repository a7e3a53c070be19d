package dev.holdfast.daemon.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.holdfast.daemon.device.DeviceUsage;
import dev.holdfast.protocol.MessageCodec;
import dev.holdfast.protocol.StatusReport;
import java.util.List;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A {@link StatusReport} and the devices in it as JSON; {@code docs/status.md} describes it. */
final class StatusDocument {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(MapperFeature.SORT_CREATOR_PROPERTIES_FIRST)
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .changeDefaultPropertyInclusion(include -> include.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    private StatusDocument() {}

    /** One line, without a line feed. */
    static String of(StatusReport report, List<DeviceUsage> devices) {
        ObjectNode document = (ObjectNode) MAPPER.readTree(MessageCodec.write(report));
        document.set("devices", MAPPER.valueToTree(devices));
        return MAPPER.writeValueAsString(document);
    }
}
