package dev.holdfast.daemon.doctor;

import java.util.regex.Pattern;

/**
 * What an operator wants versions to be on: {@code auto}, {@code cpu}, {@code cuda:N} or {@code cuda:UUID}.
 *
 * @param kind which of these
 * @param device for {@link Kind#CUDA} the number among the visible devices or the UUID; otherwise empty
 */
public record DeviceRequest(Kind kind, String device) {
    /** A CUDA device if one can serve, otherwise the host. */
    public static final DeviceRequest AUTO = new DeviceRequest(Kind.AUTO, "");

    /** The host. */
    public static final DeviceRequest CPU = new DeviceRequest(Kind.CPU, "");

    private static final String CUDA = "cuda:";
    private static final Pattern DEVICE = Pattern.compile("\\d{1,4}|(GPU|MIG)-[0-9a-f-]+");

    /** How a device is asked for. */
    public enum Kind {
        /** The first CUDA device that can serve, otherwise the host. */
        AUTO,
        /** The host, whatever else there is. */
        CPU,
        /** That CUDA device and no other. */
        CUDA
    }

    /**
     * Reads an option's value.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static DeviceRequest parse(String text) {
        if (text.equals("auto")) {
            return AUTO;
        }
        if (text.equals("cpu")) {
            return CPU;
        }
        String device = text.startsWith(CUDA) ? text.substring(CUDA.length()) : "";
        if (!DEVICE.matcher(device).matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not a device; known: auto, cpu, cuda:N, and cuda:UUID with a UUID as `nvidia-smi -L` prints it");
        }
        return new DeviceRequest(Kind.CUDA, device);
    }

    /** Whether that device may be meant. */
    boolean means(DeviceFinding finding) {
        return kind == Kind.AUTO || device.equals(finding.uuid()) || device.equals(Integer.toString(finding.index()));
    }

    /** As an option's value. */
    @Override
    public String toString() {
        return switch (kind) {
            case AUTO -> "auto";
            case CPU -> "cpu";
            case CUDA -> CUDA + device;
        };
    }
}
