package dev.holdfast.daemon.journal;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A record as one line: the CRC-32C of the JSON as eight hexadecimal digits, a space, the JSON, a line feed.
 *
 * <p>Thread-safe.
 */
final class JournalCodec {
    private static final int CHECKSUM_DIGITS = 8;

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();

    private JournalCodec() {}

    /** The line, with its line feed. JSON escapes line feeds, so it has no other. */
    static byte[] encode(JournalRecord record) {
        byte[] json = MAPPER.writerFor(JournalRecord.class).writeValueAsBytes(record);
        byte[] checksum = checksum(json, 0, json.length).getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(CHECKSUM_DIGITS + 1 + json.length + 1)
                .put(checksum)
                .put((byte) ' ')
                .put(json)
                .put((byte) '\n')
                .array();
    }

    /** The record of a line without its line feed, or empty if anything about it is wrong. */
    static Optional<JournalRecord> decode(byte[] bytes, int offset, int length) {
        int jsonOffset = offset + CHECKSUM_DIGITS + 1;
        int jsonLength = length - CHECKSUM_DIGITS - 1;
        if (jsonLength < 2 || bytes[jsonOffset - 1] != ' ') {
            return Optional.empty();
        }
        String stated = new String(bytes, offset, CHECKSUM_DIGITS, StandardCharsets.ISO_8859_1);
        if (!stated.equals(checksum(bytes, jsonOffset, jsonLength))) {
            return Optional.empty();
        }
        try {
            requireUtf8(bytes, jsonOffset, jsonLength);
            return Optional.ofNullable(MAPPER.readerFor(JournalRecord.class).readValue(bytes, jsonOffset, jsonLength));
        } catch (JacksonException | CharacterCodingException e) {
            // A record of a later release, or one written by nobody of ours; the caller counts and reports it.
            return Optional.empty();
        }
    }

    private static void requireUtf8(byte[] bytes, int offset, int length) throws CharacterCodingException {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, length));
    }

    private static String checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return String.format("%08x", crc.getValue());
    }
}
