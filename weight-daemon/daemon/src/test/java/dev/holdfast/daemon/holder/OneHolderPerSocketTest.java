package dev.holdfast.daemon.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.holdfast.daemon.state.StateDirectoryException;
import dev.holdfast.memory.ArenaLayout;
import dev.holdfast.memory.ChildJvm;
import dev.holdfast.memory.OpenDescriptorsCheck;
import dev.holdfast.protocol.HolderClient;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class OneHolderPerSocketTest {
    @TempDir
    Path root;

    private HolderBase base;

    @BeforeEach
    void base() throws IOException {
        base = new HolderBase(root);
    }

    private ChildJvm startOther() throws Exception {
        ChildJvm other = ChildJvm.start(HolderMain.class, root.toString(), ArenaLayout.PACKED.wireName());
        String line = other.readLine();
        while (!line.contains("serving")) {
            line = other.readLine();
        }
        return other;
    }

    private UnaryOperator<HolderConfig> withState(Path state) {
        return config -> new HolderConfig(
                config.models(),
                config.socket(),
                state,
                config.placement(),
                config.memoryBudgetBytes(),
                config.readersGroup(),
                config.loadDeadline(),
                config.loads(),
                config.loadAll(),
                config.cacheLimitBytes(),
                config.loaderJvmOptions());
    }

    @Test
    void socketOfALiveHolderIsRefusedAndItServesOn() throws Exception {
        Path state = root.resolve("another-state");
        try (ChildJvm other = startOther()) {
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> base.start(ArenaLayout.PACKED, withState(state)))
                    .withMessageContaining("pid " + other.pid())
                    .withMessageContaining(base.socket().toString());
            try (HolderClient client = base.client()) {
                assertThat(client.status().pid()).isEqualTo(other.pid());
            }
        }
    }

    @Test
    void refusedHolderLetsItsStateDirectoryGo() throws Exception {
        Path state = root.resolve("another-state");
        try (ChildJvm other = startOther()) {
            assertThatExceptionOfType(BindException.class)
                    .isThrownBy(() -> base.start(ArenaLayout.PACKED, withState(state)));
        }
        try (Holder holder = base.start(ArenaLayout.PACKED, withState(state));
                HolderClient client = base.client()) {
            assertThat(client.status().pid()).isEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void stateDirectoryOfALiveHolderIsRefusedBeforeItsSocketIsTouched() throws Exception {
        try (ChildJvm other = startOther()) {
            assertThatExceptionOfType(StateDirectoryException.class)
                    .isThrownBy(() -> base.start(ArenaLayout.PACKED))
                    .withMessageContaining("pid " + other.pid());
            try (HolderClient client = base.client()) {
                assertThat(client.status().pid()).isEqualTo(other.pid());
            }
        }
    }

    @Test
    void socketOfAKilledHolderIsTakenOver() throws Exception {
        startOther().close();
        assertThat(base.socket()).exists();
        try (Holder holder = base.start(ArenaLayout.PACKED);
                HolderClient client = base.client()) {
            assertThat(client.status().pid()).isEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void cleanStopRemovesTheSocket() throws IOException {
        base.start(ArenaLayout.PACKED).close();
        assertThat(base.socket()).doesNotExist();
    }

    @Test
    void fileInPlaceOfTheSocketIsRefusedAndStays() throws IOException {
        Files.writeString(base.socket(), "precious");
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> base.start(ArenaLayout.PACKED))
                .withMessageContaining("not a socket");
        assertThat(base.socket()).hasContent("precious");
    }
}
