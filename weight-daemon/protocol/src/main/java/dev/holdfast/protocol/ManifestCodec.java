package dev.holdfast.protocol;

import dev.holdfast.memory.ContentDigest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Turns manifests into canonical JSON in UTF-8 and back.
 *
 * <p>Canonical: properties and map keys sorted, no white space, empty optionals left out, nothing that differs between
 * two writes of one manifest. Safe for any thread.
 */
public final class ManifestCodec {
    private ManifestCodec() {}

    /** The manifest as canonical JSON. */
    public static byte[] write(Manifest manifest) {
        return WireJson.MAPPER.writeValueAsBytes(manifest);
    }

    /**
     * The manifest that these bytes are; fields that this release does not know are ignored, if it knows the format.
     *
     * @throws ManifestException if they are none, or one of a newer format; names the field
     */
    public static Manifest read(byte[] json) {
        try {
            checkFormat(WireJson.MAPPER.readValue(json, Format.class));
            return WireJson.MAPPER.readValue(json, Manifest.class);
        } catch (JacksonException e) {
            throw new ManifestException("not a manifest: " + WireJson.describe(e), e);
        }
    }

    /** Before all else: a newer format may differ in every other field. */
    private static void checkFormat(@Nullable Format format) {
        if (format == null) {
            throw new ManifestException("not a manifest: null");
        }
        if (format.format() > Manifest.FORMAT) {
            throw new ManifestException(Manifest.unreadable(format.format()));
        }
    }

    /** SHA-256 over the canonical JSON: the name of the version's directory. */
    public static ContentDigest digestOf(Manifest manifest) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-256").digest(write(manifest));
            return new ContentDigest(HexFormat.of().formatHex(sha));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** What can be read of a manifest of any format. */
    private record Format(int format) {}
}
