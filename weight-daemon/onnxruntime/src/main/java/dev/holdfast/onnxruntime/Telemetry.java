package dev.holdfast.onnxruntime;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;

/**
 * ONNX Runtime's reports to its maker, which the official builds send unless told not to: events about sessions and
 * models over HTTPS, with a device identifier kept in the user's home.
 *
 * <p>Holdfast turns them off. Whoever wants them sets {@value #VARIABLE} to {@code 0} for the process.
 */
final class Telemetry {
    /**
     * Read once, when the library initialises; {@code 1} is a full opt-out on all systems but Windows. Source: {@code
     * docs/Privacy.md} and {@code core/platform/posix/telemetry.cc} of ONNX Runtime 1.29.
     */
    static final String VARIABLE = "ORT_DISABLE_TELEMETRY";

    private static final int KEEP_EXISTING = 0;

    private Telemetry() {}

    /** Opts this process out, see setenv(3); called before a library is loaded. */
    static void optOut() {
        if (!Platform.isWindows()) {
            NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {VARIABLE, "1", KEEP_EXISTING});
        }
    }

    /** Whether the process's own environment asked for the reports. */
    static boolean isWanted() {
        return "0".equals(System.getenv(VARIABLE));
    }
}
