package dev.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("core")
class ControlLineTest {
    static List<ControlMessage> messages() {
        return List.of(
                new ControlMessage.WorkerHello(1, "a b", 7),
                new ControlMessage.OperatorHello(1),
                new ControlMessage.StageReached(StartStage.LISTENING, 640),
                new ControlMessage.Beat(1L << 40, 3, 2, false, "the holder at /run/x.sock\n does not answer"),
                new ControlMessage.Retire(30_000),
                new ControlMessage.Stop(),
                new ControlMessage.Command(Action.ROLL),
                new ControlMessage.Answer(true, ""));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void messageComesBackFromItsLine(ControlMessage message) throws Exception {
        String line = ControlLine.write(message);

        assertThat(line).doesNotContain("\n");
        assertThat(ControlLine.read(line)).isEqualTo(message);
    }

    @Test
    void lineHasTheNameAndTheValuesInOrder() {
        assertThat(ControlLine.write(new ControlMessage.Beat(9, 1, 2, true, "")))
                .isEqualTo("Beat 9 1 2 true ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET / HTTP/1.1",
                "Retire",
                "Retire 1 2",
                "Retire soon",
                "Command REBOOT",
                "Beat 1 1 1 yes x",
                "Answer true %zz"
            })
    void anythingElseIsRefusedWithItsWords(String line) {
        assertThatThrownBy(() -> ControlLine.read(line))
                .isInstanceOf(ControlException.class)
                .hasMessageMatching("(?s).*(is not a control message|has \\d values|unsuitable value).*");
    }
}
