package dev.holdfast.daemon.onnx;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Guesses from its first bytes what a file is that turned out not to be an ONNX model. */
final class FileKind {
    private FileKind() {}

    /** What the file looks like, as a phrase with a remedy; empty if nothing comes to mind. */
    static Optional<String> guess(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        if (text.isEmpty()) {
            return Optional.of("is empty; copy or export the model again");
        }
        if (text.startsWith("version https://git-lfs")) {
            return Optional.of("is a Git LFS pointer; run 'git lfs pull' where it was cloned");
        }
        if (text.startsWith("PK\003\004")) {
            return Optional.of("is a ZIP archive (PyTorch checkpoints are, too); export the model to ONNX");
        }
        if (text.stripLeading().startsWith("<")) {
            return Optional.of("is an HTML or XML page, perhaps a failed download; download the model again");
        }
        return isText(text) ? Optional.of("is a text file; export the model to ONNX") : Optional.empty();
    }

    private static boolean isText(String text) {
        return text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || Character.isWhitespace(c));
    }
}
