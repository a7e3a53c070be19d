package dev.holdfast.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Random;

/** Ways to spoil bytes. */
final class Mutation {
    private static final String[] TOKENS = {
        "null", "{", "}", "[", "]", "\"", ",", ":", "-1", "1e999", "9223372036854775808", "true", "\\u0000", "\"type\":"
    };

    private Mutation() {}

    static byte[] of(byte[] original, Random random) {
        byte[] bytes = original;
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times && bytes.length > 0; i++) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(bytes.length - at + 1);
        return switch (random.nextInt(6)) {
            case 0 -> flip(bytes, at, random);
            case 1 -> splice(bytes, 0, at, new byte[0], bytes.length);
            case 2 -> splice(bytes, 0, at, new byte[0], to);
            case 3 -> splice(bytes, 0, to, new byte[0], at);
            case 4 -> splice(bytes, 0, at, TOKENS[random.nextInt(TOKENS.length)].getBytes(UTF_8), at);
            default -> splice(bytes, 0, at, TOKENS[random.nextInt(TOKENS.length)].getBytes(UTF_8), to);
        };
    }

    private static byte[] flip(byte[] bytes, int at, Random random) {
        byte[] flipped = bytes.clone();
        flipped[at] ^= (byte) (1 + random.nextInt(255));
        return flipped;
    }

    private static byte[] splice(byte[] bytes, int from, int to, byte[] middle, int rest) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(bytes, from, to - from);
        out.writeBytes(middle);
        out.write(bytes, rest, bytes.length - rest);
        return out.toByteArray();
    }
}
