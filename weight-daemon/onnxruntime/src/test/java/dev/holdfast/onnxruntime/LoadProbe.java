package dev.holdfast.onnxruntime;

/** Loads the library in a JVM of its own and prints version and file. */
final class LoadProbe {
    private LoadProbe() {}

    public static void main(String[] arguments) {
        OnnxRuntime runtime = OnnxRuntime.load();
        System.out.println(runtime.version() + " " + runtime.library());
        Environment environment = Environment.open(runtime, LogListener.NONE);
        if (!Boolean.getBoolean("leave.open")) {
            environment.close();
        }
    }
}
