package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.holder.ByteSize;
import dev.holdfast.protocol.Event;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** A load's progress for logs and scripts: one line when a stage begins. */
final class StageLines implements LoadDisplay {
    private final PrintStream stream;
    private final Map<Long, String> stages = new HashMap<>();

    StageLines(PrintStream stream) {
        this.stream = stream;
    }

    @Override
    public void show(Event progress) {
        if (!progress.text().equals(stages.put(progress.version(), progress.text()))) {
            String size = progress.totalBytes() > 0 ? " (" + ByteSize.format(progress.totalBytes()) + ")" : "";
            stream.println(progress.model() + ":" + progress.version() + " " + progress.text() + size);
        }
    }

    @Override
    public void end() {
        stream.flush();
    }
}
