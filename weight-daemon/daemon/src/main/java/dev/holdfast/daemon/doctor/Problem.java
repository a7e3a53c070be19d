package dev.holdfast.daemon.doctor;

/** A probe's failure as one line. */
final class Problem {
    private Problem() {}

    static String of(Throwable failure) {
        String message = failure.getMessage();
        return (message == null ? failure.toString() : message).strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
