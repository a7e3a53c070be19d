package dev.holdfast.onnxruntime;

import com.sun.jna.Platform;

/**
 * A system that the official jar has a library for.
 *
 * @param name the jar's folder for it
 * @param libraryName the library's file name there
 */
record NativePlatform(String name, String libraryName) {
    private static final String RESOURCES = "/ai/onnxruntime/native/";

    /** @throws OnnxRuntimeLoadException if the jar has none for this system */
    static NativePlatform current() {
        return of(Platform.getOSType(), Platform.ARCH);
    }

    /**
     * @param system a constant of {@link Platform}
     * @param architecture {@link Platform#ARCH}
     */
    static NativePlatform of(int system, String architecture) {
        String processor =
                switch (architecture) {
                    case "x86-64" -> "x64";
                    case "aarch64" -> "aarch64";
                    default -> "";
                };
        if (system == Platform.LINUX && !processor.isEmpty()) {
            return new NativePlatform("linux-" + processor, "libonnxruntime.so");
        }
        if (system == Platform.MAC && processor.equals("aarch64")) {
            return new NativePlatform("osx-aarch64", "libonnxruntime.dylib");
        }
        if (system == Platform.WINDOWS && processor.equals("x64")) {
            return new NativePlatform("win-x64", "onnxruntime.dll");
        }
        throw new OnnxRuntimeLoadException(
                "no ONNX Runtime library for " + System.getProperty("os.name") + " on " + architecture
                        + " in com.microsoft.onnxruntime:onnxruntime; name a build of your own with -D"
                        + OnnxRuntime.PATH_PROPERTY,
                null);
    }

    /** Where the jar has the library. */
    String resource() {
        return RESOURCES + name + "/" + libraryName;
    }
}
