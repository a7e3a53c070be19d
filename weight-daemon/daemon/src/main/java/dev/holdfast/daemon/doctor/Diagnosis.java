package dev.holdfast.daemon.doctor;

import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All that was found, and what follows from it.
 *
 * @param wanted the device asked for
 * @param driver the CUDA driver and its devices
 * @param runtimes builds of ONNX Runtime, those preferred for CUDA first
 * @param verdict what a holder would do
 */
public record Diagnosis(String wanted, DriverFinding driver, List<RuntimeFinding> runtimes, Verdict verdict) {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public Diagnosis {
        runtimes = List.copyOf(runtimes);
    }

    /** Looks at everything. Loads driver and libraries into this process; what fails becomes a line. */
    public static Diagnosis of(DeviceRequest wanted, Share share) {
        DriverFinding driver = DriverProbe.run();
        List<RuntimeFinding> runtimes = RuntimesProbe.run();
        return new Diagnosis(wanted.toString(), driver, runtimes, Verdict.of(wanted, share, driver, runtimes));
    }

    /** As one line, without a line feed. */
    public String toJson() {
        return MAPPER.writeValueAsString(this);
    }

    /** Reads it back. @throws IllegalArgumentException if that is none */
    public static Diagnosis fromJson(String json) {
        try {
            return MAPPER.readValue(json, Diagnosis.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException("not a diagnosis: " + e.getOriginalMessage(), e);
        }
    }
}
