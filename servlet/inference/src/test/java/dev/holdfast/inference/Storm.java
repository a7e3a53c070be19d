package dev.holdfast.inference;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/** Clients that are damaged in ways a seed decides: bodies, lengths, codings, and when they hang up. One thread. */
final class Storm {
    private static final String ECHO = "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[2,3],";
    private static final List<String> BODIES = List.of(
            ECHO
                    + "\"data\":[[1,2,3],[4.5,-6e3,7]]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]}",
            ECHO + "\"parameters\":{\"binary_data_size\":24}}]}" + "abcdefghijklmnopqrstuvwx",
            "{\"id\":\"é\",\"inputs\":[{\"data\":[\"a\",\"\\u00e9\"],\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[2]}]}",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"BYTES\",\"shape\":[2],\"parameters\":{\"binary_data_size\":9}}]}"
                    + "\0\0\0\0\1\0\0\0z",
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"INT64\",\"shape\":[2],\"data\":[0,3]}]}",
            "not JSON at all");
    private static final List<String> MODELS = List.of("echo", "echo", "texts", "texts", "pick", "rows");

    private final Random random;
    private final URI server;

    Storm(URI server, long seed) {
        this.server = server;
        this.random = new Random(seed);
    }

    /** One client from its first to its last byte; the status it was given, if it waited for one. */
    OptionalInt client() throws IOException {
        int kind = random.nextInt(BODIES.size());
        byte[] plain = damaged(BODIES.get(kind).getBytes(StandardCharsets.UTF_8));
        int jsonBytes = random.nextInt(4) == 0 ? random.nextInt(plain.length + 10) : jsonLength(plain);
        String coding = random.nextInt(4) == 0 ? pick("gzip", "deflate", "br", "gzip, gzip") : "";
        byte[] body = coded(coding, plain);
        int announced = random.nextInt(4) == 0 ? random.nextInt(2 * body.length + 1) : body.length;
        boolean chunked = random.nextInt(4) == 0;
        String head = "POST /v2/models/" + MODELS.get(kind) + "/infer HTTP/1.1\r\nHost: storm\r\n"
                + (chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + announced + "\r\n")
                + (coding.isEmpty() ? "" : "Content-Encoding: " + coding + "\r\n")
                + "Inference-Header-Content-Length: " + jsonBytes + "\r\n"
                + "Accept-Encoding: " + pick("gzip", "deflate;q=0.5", "*", "") + "\r\n\r\n";
        boolean whole = chunked || announced <= body.length;
        return send(head, chunked ? chunks(body) : body, whole);
    }

    private OptionalInt send(String head, byte[] body, boolean whole) throws IOException {
        try (RawConnection connection = new RawConnection(server)) {
            connection.send(head);
            if (random.nextInt(8) == 0) {
                connection.send(Arrays.copyOf(body, random.nextInt(body.length + 1)));
                hangUp(connection);
                return OptionalInt.empty();
            }
            connection.send(body);
            if (!whole || random.nextInt(8) == 0) {
                hangUp(connection);
                return OptionalInt.empty();
            }
            return OptionalInt.of(connection.answer().status());
        }
    }

    /** Properly, by a reset, or by sending no more. */
    private void hangUp(RawConnection connection) throws IOException {
        switch (random.nextInt(3)) {
            case 0 -> connection.end();
            case 1 -> connection.reset();
            default -> {}
        }
    }

    private byte[] damaged(byte[] body) {
        byte[] copy = random.nextInt(6) == 0 ? Arrays.copyOf(body, random.nextInt(body.length)) : body.clone();
        for (int hits = random.nextInt(3); hits > 0 && copy.length > 0; hits--) {
            copy[random.nextInt(copy.length)] = (byte) random.nextInt(256);
        }
        return copy;
    }

    /** Up to the end of the object if it can still be seen. */
    private static int jsonLength(byte[] body) {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        int end = text.lastIndexOf("}]}");
        return end < 0 ? body.length : end + 3;
    }

    private byte[] coded(String coding, byte[] plain) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (var out = coding.equals("gzip") ? new GZIPOutputStream(all) : new DeflaterOutputStream(all)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coding.isEmpty() ? plain : damaged(all.toByteArray());
    }

    private byte[] chunks(byte[] body) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < body.length; ) {
            int size = Math.min(body.length - at, 1 + random.nextInt(50));
            all.writeBytes((Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            all.write(body, at, size);
            all.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            at += size;
        }
        all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
