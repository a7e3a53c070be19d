package dev.holdfast.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class MessageCodecTest {
    private static Message read(String json) {
        return MessageCodec.read(json.getBytes(UTF_8));
    }

    private static Stream<Message> everyMessage() {
        return Samples.everyMessage().stream();
    }

    @ParameterizedTest
    @MethodSource("everyMessage")
    void aMessageReadsBackEqual(Message message) {
        assertThat(MessageCodec.read(MessageCodec.write(message))).isEqualTo(message);
    }

    @Test
    void theSamplesLeaveNoMessageOut() {
        List<Class<?>> all = new ArrayList<>(List.of(Request.class.getPermittedSubclasses()));
        all.addAll(List.of(Reply.class.getPermittedSubclasses()));
        Set<Class<?>> sampled = new HashSet<>();
        Samples.everyMessage().forEach(message -> sampled.add(message.getClass()));
        assertThat(sampled).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void theTypeIsPartOfTheJson() {
        assertThat(new String(MessageCodec.write(new Activate("m", Optional.of(2L))), UTF_8))
                .isEqualTo("{\"type\":\"activate\",\"model\":\"m\",\"version\":2}");
    }

    @Test
    void theTypeMayComeLast() {
        assertThat(read("{\"model\":\"m\",\"version\":2,\"type\":\"activate\"}"))
                .isEqualTo(new Activate("m", Optional.of(2L)));
    }

    @Test
    void unknownFieldsAreIgnored() {
        assertThat(read("{\"type\":\"rollback\",\"model\":\"m\",\"why\":[{\"a\":1}]}"))
                .isEqualTo(new Rollback("m"));
    }

    @Test
    void anAbsentOptionalFieldIsEmpty() {
        assertThat(read("{\"type\":\"verify\",\"model\":\"m\"}")).isEqualTo(new Verify("m", Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\"}",
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\",\"version\":null}",
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\",\"version\":\"2\"}",
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\",\"version\":2.5}",
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\",\"version\":true}",
                "{\"type\":\"pin\",\"pinned\":true,\"model\":\"m\",\"version\":99999999999999999999}"
            })
    void aMissingOrIllTypedNumberIsNamed(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("version");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"activate\",\"version\":2}",
                "{\"type\":\"activate\",\"version\":2,\"model\":null}",
                "{\"type\":\"activate\",\"version\":2,\"model\":7}",
                "{\"type\":\"activate\",\"version\":2,\"model\":true}",
                "{\"type\":\"activate\",\"version\":2,\"model\":[\"m\"]}",
                "{\"type\":\"activate\",\"version\":2,\"model\":\"a/b\"}"
            })
    void aMissingOrIllTypedStringIsNamed(String json) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("model");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "7",
                "\"hello\"",
                "{}",
                "{\"type\":null}",
                "{\"type\":\"format-disk\"}",
                "{\"type\":\"java.lang.Runtime\"}",
                "{\"type\":\"list\"} {}",
                "{\"type\":\"list\"}x",
                "{\"type\":\"list\",\"type\":\"status\"}",
                "{\"type\":\"rollback\",\"model\":\"a\",\"model\":\"b\"}",
                "{\"type\":\"load-failed\",\"loadToken\":\"t\",\"code\":3,\"reason\":\"r\"}",
                "{\"type\":\"load-failed\",\"loadToken\":\"t\",\"code\":\"WHATEVER\",\"reason\":\"r\"}",
                "{\"type\":\"listing\",\"models\":[null]}"
            })
    void whatIsNoMessageIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aMissingFlagOrNumberIsNoDefault() {
        assertThatThrownBy(() -> read("{\"type\":\"load\",\"model\":\"m\"}")).hasMessageContaining("pin");
        assertThatThrownBy(() -> read("{\"type\":\"watch\"}")).hasMessageContaining("afterEvent");
    }

    @Test
    void nestingIsLimited() {
        String deep = "[".repeat(5000) + "]".repeat(5000);
        assertThatThrownBy(() -> read("{\"type\":\"list\",\"x\":" + deep + "}"))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("nesting");
    }

    @Test
    void numbersAreLimited() {
        String number = "1".repeat(500);
        assertThatThrownBy(() -> read("{\"type\":\"list\",\"x\":" + number + ",\"type\":1}"))
                .isInstanceOf(ProtocolException.class);
    }

    @Test
    void brokenUtf8IsRefused() {
        byte[] json = "{\"type\":\"rollback\",\"model\":\"m?\"}".getBytes(UTF_8);
        json[json.length - 3] = (byte) 0xc3;
        assertThatThrownBy(() -> MessageCodec.read(json)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void anErrorNamesTheFieldInWordsNotInJavaTypes() {
        assertThatThrownBy(() -> read("{\"type\":\"activate\",\"model\":\"m\",\"version\":\"2\"}"))
                .message()
                .contains("field 'version'")
                .doesNotContain("dev.holdfast");
    }
}
