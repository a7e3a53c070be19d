package dev.holdfast.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class AnswerParserTest {
    private final AnswerParser parser = new AnswerParser(true);

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String content() {
        return StandardCharsets.ISO_8859_1.decode(parser.content()).toString();
    }

    /** Whole and byte by byte: complete with the last byte, not before. */
    private void assertAnswer(String answer, String content) throws MalformedAnswerException {
        parser.reset();
        assertThat(parser.feed(bytes(answer))).isTrue();
        assertThat(content()).isEqualTo(content);
        parser.reset();
        for (int i = 0; i < answer.length(); i++) {
            assertThat(parser.feed(bytes(answer.substring(i, i + 1)))).isEqualTo(i == answer.length() - 1);
        }
        assertThat(content()).isEqualTo(content);
    }

    @Test
    void lengthEndsTheBody() throws Exception {
        assertAnswer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "hello");
        assertThat(parser.status()).isEqualTo(200);
        assertThat(parser.closes()).isFalse();
    }

    @Test
    void lastChunkAndTrailersEndTheBody() throws Exception {
        assertAnswer(
                "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n, world...\r\n0\r\nT: 1\r\n\r\n",
                "hello, world...");
        assertThat(parser.status()).isEqualTo(500);
    }

    @Test
    void answerWithoutContentEndsWithItsHead() throws Exception {
        assertAnswer("HTTP/1.1 204 No Content\r\nServer: s\r\n\r\n", "");
    }

    @Test
    void interimAnswerIsReadOver() throws Exception {
        assertAnswer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n", "");
        assertThat(parser.status()).isEqualTo(201);
    }

    @Test
    void withoutLengthTheConnectionEndsTheBody() throws Exception {
        assertThat(parser.feed(bytes("HTTP/1.1 200 OK\r\n\r\nsome"))).isFalse();
        assertThat(parser.endsHere()).isTrue();
        assertThat(parser.closes()).isTrue();
        assertThat(content()).isEqualTo("some");
    }

    @Test
    void incompleteAnswerDoesNotEndWithTheConnection() throws Exception {
        assertThat(parser.feed(bytes("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell")))
                .isFalse();
        assertThat(parser.endsHere()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nConnection: Close\r\n", "HTTP/1.0 200 OK\r\n"})
    void closingAnswerSaysSo(String head) throws Exception {
        parser.feed(bytes(head + "Content-Length: 0\r\n\r\n"));
        assertThat(parser.closes()).isTrue();
    }

    @Test
    void oldProtocolCanKeepTheConnection() throws Exception {
        parser.feed(bytes("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n"));
        assertThat(parser.closes()).isFalse();
    }

    @Test
    void bytesAfterTheAnswerAreLeft() throws Exception {
        ByteBuffer received = bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc");
        assertThat(parser.feed(received)).isTrue();
        assertThat(received.remaining()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n"
            })
    void whatIsNotAnAnswerIsMalformed(String text) {
        assertThatThrownBy(() -> parser.feed(bytes(text))).isInstanceOf(MalformedAnswerException.class);
    }

    @Test
    void endlessHeadIsMalformed() {
        assertThatThrownBy(() -> parser.feed(bytes("x".repeat(100_000)))).isInstanceOf(MalformedAnswerException.class);
    }
}
