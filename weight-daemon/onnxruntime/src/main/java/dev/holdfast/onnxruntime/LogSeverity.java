package dev.holdfast.onnxruntime;

/** How grave a line of ONNX Runtime's log is: {@code OrtLoggingLevel} of {@code onnxruntime_c_api.h}. */
public enum LogSeverity {
    VERBOSE(0),
    INFO(1),
    WARNING(2),
    ERROR(3),
    FATAL(4);

    private final int number;

    LogSeverity(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** The severity with that number; {@link #FATAL} for one that a later release added. */
    static LogSeverity of(int number) {
        for (LogSeverity severity : values()) {
            if (severity.number == number) {
                return severity;
            }
        }
        return FATAL;
    }
}
