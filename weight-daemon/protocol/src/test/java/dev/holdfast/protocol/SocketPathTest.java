package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketPathTest {
    private Path system;
    private final Map<String, String> properties = new HashMap<>(Map.of("java.io.tmpdir", "/tmp", "user.name", "ada"));
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void makeSystemDirectory(@TempDir Path directory) {
        system = directory;
    }

    private Path chosen(Path systemDirectory) {
        return SocketPath.choose(properties::get, environment::get, systemDirectory);
    }

    private Path chosenWithoutSystemDirectory() {
        return chosen(system.resolve("missing"));
    }

    @Test
    void thePropertyComesFirst() {
        properties.put("holdfast.socket", "/a");
        environment.put("HOLDFAST_SOCKET", "/b");
        assertThat(chosen(system)).isEqualTo(Path.of("/a"));
    }

    @Test
    void theVariableComesSecond() {
        environment.put("HOLDFAST_SOCKET", "/b");
        assertThat(chosen(system)).isEqualTo(Path.of("/b"));
    }

    @Test
    void anEmptyVariableCountsAsUnset() {
        environment.put("HOLDFAST_SOCKET", "");
        assertThat(chosen(system)).isEqualTo(system.resolve("weights.sock"));
    }

    @Test
    void theSystemDirectoryComesThirdIfItExists() {
        environment.put("XDG_RUNTIME_DIR", "/run/user/1");
        assertThat(chosen(system)).isEqualTo(system.resolve("weights.sock"));
    }

    @Test
    void theUsersRuntimeDirectoryComesFourth() {
        environment.put("XDG_RUNTIME_DIR", "/run/user/1");
        assertThat(chosenWithoutSystemDirectory()).isEqualTo(Path.of("/run/user/1/holdfast/weights.sock"));
    }

    @Test
    void aDirectoryOfTheUsersOwnComesLast() {
        assertThat(chosenWithoutSystemDirectory()).isEqualTo(Path.of("/tmp/holdfast-ada/weights.sock"));
    }
}
