package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.memory.OpenDescriptorsCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Weights that are infinite or not a number are told and served all the same. */
@ExtendWith(OpenDescriptorsCheck.class)
class NonFiniteWeightsTest {
    private static final int WIDTH = 4096;

    @TempDir
    Path root;

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(LoaderProcess.class);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getLevel() + " " + event.getFormattedMessage());
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(appender);
    }

    @EachPlacement
    void tensorsAreNamedWithHowManyOfTheirValuesAreNotFinite(Placement placement) throws IOException {
        try (ServingHolder holder = ServingHolder.start(root, placement)) {
            Path model = ModelZoo.bias(holder.models(), "masked", 1, WIDTH, 1);
            ByteBuffer weights = ByteBuffer.allocate(WIDTH * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            weights.putFloat(4, Float.NaN).putFloat(8, Float.NEGATIVE_INFINITY);
            Files.write(model.resolveSibling(ModelZoo.DATA_FILE), weights.array());
            holder.load("masked", 1);
            ServingHolder.await("a line about 'b' among " + lines, () -> saidOf("masked"));
            holder.assertLeasable("masked", 1);

            ModelZoo.bias(holder.models(), "finite", 1, WIDTH, 1);
            holder.load("finite", 1);
            ServingHolder.await(
                    "the end of the second load's log",
                    () -> lines.stream()
                                    .filter(line -> line.endsWith("Loader: published"))
                                    .count()
                            == 2);
            assertThat(saidOf("finite")).isFalse();
        }
    }

    private boolean saidOf(String model) {
        return lines.stream()
                .anyMatch(line -> line.startsWith("WARN ")
                        && line.contains("version 1 of model '" + model
                                + "' has weights that are infinite or not a number: 2 of " + WIDTH + " in 'b'"));
    }
}
