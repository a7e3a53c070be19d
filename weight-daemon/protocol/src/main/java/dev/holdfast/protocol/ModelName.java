package dev.holdfast.protocol;

import java.nio.charset.StandardCharsets;

/** The rules for names and versions of models: both become directory names. */
public final class ModelName {
    private static final int LONGEST_BYTES = 255;

    private ModelName() {}

    /**
     * Gives the name back if it can name a model: 1 to 255 bytes of UTF-8, no slash, no NUL, neither "." nor "..".
     *
     * @throws IllegalArgumentException if it can't; the message says why
     */
    public static String check(String name) {
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("'" + name + "' can't name a model");
        }
        if (name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a model's name has no slash and no NUL, unlike '" + name + "'");
        }
        int bytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > LONGEST_BYTES) {
            throw new IllegalArgumentException(
                    "a model's name has at most " + LONGEST_BYTES + " bytes, this one " + bytes);
        }
        return name;
    }

    /** @throws IllegalArgumentException if the version is not positive */
    static void checkVersion(long version) {
        if (version < 1) {
            throw new IllegalArgumentException("versions are positive numbers, not " + version);
        }
    }
}
