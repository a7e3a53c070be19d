package dev.holdfast.inference;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** UTF-8 that reports what it can't represent instead of replacing it. */
final class Utf8 {
    private Utf8() {}

    /** @throws RequestRefusedException with 400 if the text has half of a surrogate pair */
    static byte[] encode(String tensor, String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] exact = new byte[bytes.remaining()];
            bytes.get(exact);
            return exact;
        } catch (CharacterCodingException e) {
            throw new RequestRefusedException(
                    400, "tensor '" + tensor + "': a string has half of a surrogate pair; send it in binary", e);
        }
    }

    /** The text; empty if the bytes are not UTF-8. */
    static Optional<String> decode(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
