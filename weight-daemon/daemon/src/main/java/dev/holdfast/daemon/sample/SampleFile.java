package dev.holdfast.daemon.sample;

import com.google.protobuf.ByteString;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** One file of a sample, by what it shall contain. */
interface SampleFile {
    /** Its path within the entry, such as {@code 1/model.onnx}. */
    String path();

    /** Writes it to {@code target}, which does not exist yet. */
    void write(Path target) throws IOException;

    /** Whether the regular file {@code existing} has exactly this content. */
    boolean sameAs(Path existing) throws IOException;

    /** A small file. */
    record OfBytes(String path, ByteString content) implements SampleFile {
        static OfBytes text(String path, String content) {
            return new OfBytes(path, ByteString.copyFromUtf8(content));
        }

        @Override
        public void write(Path target) throws IOException {
            try (OutputStream output = Files.newOutputStream(target)) {
                content.writeTo(output);
            }
        }

        @Override
        public boolean sameAs(Path existing) throws IOException {
            return Files.size(existing) == content.size()
                    && ByteString.copyFrom(Files.readAllBytes(existing)).equals(content);
        }
    }

    /** A file copied from a stream that can be opened again. */
    record OfStream(String path, Source source) implements SampleFile {
        private static final int BUFFER_BYTES = 1 << 16;

        /** Opens the content from its start. */
        interface Source {
            InputStream open() throws IOException;
        }

        @Override
        public void write(Path target) throws IOException {
            try (InputStream input = source.open()) {
                Files.copy(input, target);
            }
        }

        @Override
        public boolean sameAs(Path existing) throws IOException {
            try (InputStream wanted = source.open();
                    InputStream found = new BufferedInputStream(Files.newInputStream(existing))) {
                byte[] ours = wanted.readNBytes(BUFFER_BYTES);
                while (ours.length > 0) {
                    if (!Arrays.equals(ours, found.readNBytes(ours.length))) {
                        return false;
                    }
                    ours = wanted.readNBytes(BUFFER_BYTES);
                }
                return found.read() < 0;
            }
        }
    }
}
