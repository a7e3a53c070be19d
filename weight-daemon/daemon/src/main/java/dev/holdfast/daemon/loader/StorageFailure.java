package dev.holdfast.daemon.loader;

import java.util.Locale;

/** Turns a failed read or write into a sentence that says what to do. */
final class StorageFailure {
    private StorageFailure() {}

    static String describe(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String detail = cause == failure ? text : text + ": " + cause.getMessage();
        boolean full = detail.toLowerCase(Locale.ROOT).contains("no space left")
                || detail.toLowerCase(Locale.ROOT).contains("quota");
        return detail + (full ? "; make room on the disk of the state directory, or move it with --state" : "");
    }
}
