package dev.holdfast.onnxruntime;

/**
 * One line of ONNX Runtime's log.
 *
 * @param severity how grave it is
 * @param category the library's own, mostly {@code onnxruntime}
 * @param logId the environment or session it comes from
 * @param location file, line and function in the library's source
 * @param message the text
 */
public record LogLine(LogSeverity severity, String category, String logId, String location, String message) {}
