package dev.holdfast.daemon.loader;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Turns a failed read or write into a sentence that says what to do. */
final class StorageFailure {
    private static final String REMEDY = "; make room on the disk of the state directory, or move it with --state";

    private StorageFailure() {}

    static String describe(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String text = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        String detail = cause == failure ? text : text + ": " + cause.getMessage();
        boolean full = detail.toLowerCase(Locale.ROOT).contains("no space left")
                || detail.toLowerCase(Locale.ROOT).contains("quota");
        return detail + (full ? REMEDY : "");
    }

    /**
     * ONNX Runtime says that it could not write, but not why; a disk with less room than it needs is why.
     *
     * @param neededBytes about what was to be written
     * @throws LoadFailure if there is less room than that where {@code target} lies
     */
    static void throwIfNoRoom(Path target, long neededBytes, Exception failure) throws IOException {
        long free = Files.getFileStore(target).getUsableSpace();
        if (free < neededBytes) {
            throw new LoadFailure(
                    describe(failure) + "; it writes about " + neededBytes + " bytes, and only " + free
                            + " are free in " + target + REMEDY,
                    failure);
        }
    }
}
