package dev.holdfast.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** README's "In your own Jetty": a JETTY_BASE made of what the archive has, alone and under the arbiter. */
class OwnJettyTest {
    private static final Pattern URL = Pattern.compile("http://\\S+?:(\\d+)");

    @TempDir
    private Path temporary;

    private Installation installation;
    private Path base;

    @BeforeEach
    void makeAModelAndABase() throws Exception {
        installation = new Installation(temporary);
        ServedModel.makeFor(installation);
        base = Files.createDirectory(temporary.resolve("base"));
        copy(Installation.HOME.resolve("jetty"), base);
        ServletContainer.addModules(base, "http,holdfast-ee11");
    }

    private static void copy(Path source, Path target) throws IOException {
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = target.resolve(source.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void baseWithTheModulesServes() throws Exception {
        int port = FreePort.find();
        ServedModel model = ServedModel.on(port, "");
        try (ChildProcess holder = installation.startHolder();
                ChildProcess server = ServletContainer.JETTY.start(base, port, installation.environment())) {
            server.await("the model", model::isReady);

            assertThat(model.outputs()).contains("[1,1024]");
            installation.assertLoadedOnce(holder);
        }
    }

    @Test
    void arbiterRunsTheBaseInSeveralWorkers() throws Exception {
        try (ChildProcess holder = installation.startHolder();
                ChildProcess arbiter = installation.start(
                        "the arbiter",
                        "serve",
                        "--workers",
                        "2",
                        "--port",
                        "0",
                        "--bind",
                        "127.0.0.1",
                        "--control",
                        temporary.resolve("arbiter/control.sock").toString(),
                        "--jetty-base",
                        base.toString(),
                        "--jetty-home",
                        ServletContainer.JETTY.home().toString())) {
            arbiter.await("its address", () -> URL.matcher(arbiter.log()).find());
            ServedModel model = new ServedModel(address(arbiter.log()));
            arbiter.await("the model", model::isReady);

            assertThat(model.outputs()).contains("[1,1024]");
            assertThat(arbiter.terminate()).as(arbiter.log()).isZero();
            installation.assertLoadedOnce(holder);
        }
    }

    private static String address(String log) {
        Matcher url = URL.matcher(log);
        assertThat(url.find()).as(log).isTrue();
        return url.group();
    }
}
