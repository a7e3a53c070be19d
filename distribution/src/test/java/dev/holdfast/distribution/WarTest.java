package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The archive's WAR, in containers as their projects publish them. */
class WarTest {
    @TempDir
    private Path temporary;

    private Installation installation;

    @BeforeEach
    void makeAModel() throws Exception {
        installation = new Installation(temporary);
        ServedModel.makeFor(installation);
    }

    @ParameterizedTest
    @EnumSource
    void twoApplicationsServeOneCopyAndAKilledContainerComesBackToIt(ServletContainer container) throws Exception {
        Path base = temporary.resolve("base");
        int port = FreePort.find();
        ServedModel one = ServedModel.on(port, "/holdfast");
        ServedModel other = ServedModel.on(port, "/other");
        container.configure(base, port);
        deploy(container.applications(base), "holdfast");
        deploy(container.applications(base), "other");
        try (ChildProcess holder = installation.startHolder()) {
            String outputs;
            try (ChildProcess server = container.start(base, port, installation.environment())) {
                server.await("both applications", () -> one.isReady() && other.isReady());
                outputs = one.outputs();
                assertThat(other.outputs()).as("the other application's answer").isEqualTo(outputs);
            }
            try (ChildProcess server = container.start(base, port, installation.environment())) {
                server.await("both applications", () -> one.isReady() && other.isReady());
                assertThat(one.outputs()).as("after kill -9").isEqualTo(outputs);
                assertThat(server.terminate()).as(server.log()).isIn(0, 143);
            }
            installation.assertLoadedOnce(holder);
        }
    }

    private static void deploy(Path applications, String name) throws IOException {
        Files.copy(Installation.HOME.resolve("war/holdfast.war"), applications.resolve(name + ".war"));
    }
}
