package dev.holdfast.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Inference requests to the sample models, in the V2 protocol as JSON or with Triton's binary tensor data, and as the
 * bare numbers that a server of a protocol of its own takes. Every call makes the same numbers.
 */
public final class SampleBodies {
    private static final Pattern LINEAR = Pattern.compile("linear:([0-9]{1,7})");
    private static final Pattern MINILM = Pattern.compile("minilm:([0-9]{1,4})x([0-9]{1,4})");
    private static final Pattern RAW = Pattern.compile("raw:([0-9]{1,7})");
    private static final String BINARY = "application/octet-stream";

    /** MiniLM's vocabulary has 30522 words, the first 999 of them markers and unused. */
    private static final int FIRST_WORD = 1000;

    private static final int WORDS = 29_000;

    private SampleBodies() {}

    /**
     * The body that a word on the command line names: {@code linear:INPUTS}, {@code minilm:BATCHxTOKENS},
     * {@code raw:INPUTS} or a file, which is sent as it is.
     *
     * @param binary whether V2 tensors go as binary data both ways; says nothing about the other two
     */
    public static RequestBody named(String word, boolean binary) throws IOException {
        Matcher linear = LINEAR.matcher(word);
        Matcher miniLm = MINILM.matcher(word);
        Matcher raw = RAW.matcher(word);
        if (linear.matches()) {
            return linear(Integer.parseInt(linear.group(1)), binary);
        }
        if (miniLm.matches()) {
            return miniLm(Integer.parseInt(miniLm.group(1)), Integer.parseInt(miniLm.group(2)), binary);
        }
        if (raw.matches()) {
            return raw(Integer.parseInt(raw.group(1)));
        }
        return RequestBody.of(BINARY, ByteBuffer.wrap(Files.readAllBytes(Path.of(word))), Map.of());
    }

    /** One row for {@code sample linear}: {@code x} FP32 [1, inputs]. */
    public static RequestBody linear(int inputs, boolean binary) {
        String shape = "[1," + inputs + "]";
        ByteBuffer row = floats(inputs);
        if (binary) {
            return binary("[" + input("x", "FP32", shape, row.remaining()) + "]", row);
        }
        StringJoiner numbers = new StringJoiner(",", "[", "]");
        while (row.hasRemaining()) {
            numbers.add(Float.toString(row.getFloat()));
        }
        return json("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":" + shape + ",\"data\":" + numbers + "}");
    }

    /** Sentences for {@code sample minilm}: its three inputs INT64 [batch, tokens], nothing masked. */
    public static RequestBody miniLm(int batch, int tokens, boolean binary) {
        String shape = "[" + batch + "," + tokens + "]";
        StringJoiner inputs = new StringJoiner(",");
        int count = batch * tokens;
        ByteBuffer data = buffer(3 * count * Long.BYTES);
        for (String name : new String[] {"input_ids", "attention_mask", "token_type_ids"}) {
            StringJoiner numbers = new StringJoiner(",", "[", "]");
            for (int i = 0; i < count; i++) {
                long number = element(name, i);
                data.putLong(number);
                numbers.add(Long.toString(number));
            }
            inputs.add(
                    binary
                            ? input(name, "INT64", shape, count * Long.BYTES)
                            : "{\"name\":\"" + name + "\",\"datatype\":\"INT64\",\"shape\":" + shape + ",\"data\":"
                                    + numbers + "}");
        }
        return binary ? binary("[" + inputs + "]", data.flip()) : json(inputs.toString());
    }

    private static long element(String input, int index) {
        return switch (input) {
            case "input_ids" -> FIRST_WORD + index * 7919L % WORDS;
            case "attention_mask" -> 1;
            default -> 0;
        };
    }

    /** The row of {@link #linear} alone: FP32, little-endian. */
    public static RequestBody raw(int inputs) {
        return RequestBody.of(BINARY, floats(inputs), Map.of());
    }

    /** Numbers in [-1, 1). */
    private static ByteBuffer floats(int count) {
        ByteBuffer numbers = buffer(count * Float.BYTES);
        for (int i = 0; i < count; i++) {
            numbers.putFloat(i * 7919L % 2000 / 1000f - 1);
        }
        return numbers.flip();
    }

    private static ByteBuffer buffer(int sizeBytes) {
        return ByteBuffer.allocate(sizeBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String input(String name, String dataType, String shape, int sizeBytes) {
        return String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"datatype\":\"%s\",\"shape\":%s,\"parameters\":{\"binary_data_size\":%d}}",
                name,
                dataType,
                shape,
                sizeBytes);
    }

    private static RequestBody json(String inputs) {
        byte[] document = ("{\"inputs\":[" + inputs + "]}").getBytes(StandardCharsets.UTF_8);
        return RequestBody.of("application/json", ByteBuffer.wrap(document), Map.of());
    }

    private static RequestBody binary(String inputs, ByteBuffer data) {
        byte[] document = ("{\"parameters\":{\"binary_data_output\":true},\"inputs\":" + inputs + "}")
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer all = buffer(document.length + data.remaining());
        all.put(document).put(data).flip();
        return RequestBody.of(
                BINARY, all, Map.of("Inference-Header-Content-Length", Integer.toString(document.length)));
    }
}
