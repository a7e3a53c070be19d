package dev.holdfast.daemon.repository;

import java.util.Arrays;
import java.util.Random;

/** Damages bytes the ways that disks, networks and attackers do: flips, overwrites, cuts, repeats, inserts. */
public final class Mutation {
    private static final byte[] EXTREMES = {0, 1, 0x7f, (byte) 0x80, (byte) 0xff, '{', '"', '\\', '[', '-'};

    private Mutation() {}

    /** A damaged copy. */
    public static byte[] of(byte[] original, Random random) {
        byte[] bytes = original.clone();
        for (int round = random.nextInt(4); round >= 0 && bytes.length > 0; round--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
            case 1 -> bytes[at] = EXTREMES[random.nextInt(EXTREMES.length)];
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return spliced(bytes, at, Arrays.copyOfRange(bytes, random.nextInt(at + 1), at));
            }
            default -> {
                byte[] noise = new byte[random.nextInt(16)];
                random.nextBytes(noise);
                return spliced(bytes, at, noise);
            }
        }
        return bytes;
    }

    private static byte[] spliced(byte[] bytes, int at, byte[] insert) {
        byte[] result = Arrays.copyOf(bytes, bytes.length + insert.length);
        System.arraycopy(insert, 0, result, at, insert.length);
        System.arraycopy(bytes, at, result, at + insert.length, bytes.length - at);
        return result;
    }
}
