package dev.holdfast.bench;

import dev.holdfast.control.Action;
import dev.holdfast.control.ControlConnection;
import dev.holdfast.control.ControlMessage;
import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlMessage.Command;
import dev.holdfast.control.ControlMessage.OperatorHello;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code holdfast ctl status --json} prints, as far as it is of use here; {@code docs/arbiter.md}. Asked on the control
 * socket as that command does, but without a JVM for each question, which would take the time that is measured.
 *
 * @param readyWorkers the pids of workers that serve their models, in the order of their start
 */
record ArbiterStatus(List<Long> readyWorkers) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    ArbiterStatus {
        readyWorkers = List.copyOf(readyWorkers);
    }

    /** @throws IOException if no arbiter answers there */
    static ArbiterStatus ask(Path control) throws IOException {
        try (ControlConnection connection = ControlConnection.connect(control)) {
            connection.send(new OperatorHello(ControlMessage.VERSION));
            connection.send(new Command(Action.STATUS));
            ControlMessage reply =
                    connection.receive().orElseThrow(() -> new IOException("the arbiter ended meanwhile"));
            if (reply instanceof Answer answer && answer.done()) {
                return parse(answer.text());
            }
            throw new IOException("the arbiter answers " + reply);
        }
    }

    private static ArbiterStatus parse(String json) {
        List<Long> ready = new ArrayList<>();
        for (JsonNode worker : MAPPER.readTree(json).get("workers")) {
            if (worker.get("ready").asBoolean()
                    && worker.get("state").asString().equals("live")) {
                ready.add(worker.get("pid").asLong());
            }
        }
        return new ArbiterStatus(ready);
    }
}
