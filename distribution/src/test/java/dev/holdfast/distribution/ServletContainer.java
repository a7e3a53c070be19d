package dev.holdfast.distribution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A servlet container as its project publishes it, set up for one test to the least that it needs. */
enum ServletContainer {
    TOMCAT {
        @Override
        Path applications(Path base) {
            return base.resolve("webapps");
        }

        @Override
        void configure(Path base, int port) throws Exception {
            for (String directory : List.of("conf", "logs", "temp", "webapps", "work")) {
                Files.createDirectories(base.resolve(directory));
            }
            try (Stream<Path> files = Files.list(home().resolve("conf"))) {
                for (Path file : files.toList()) {
                    Files.copy(
                            file,
                            base.resolve("conf").resolve(file.getFileName()),
                            StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Path server = base.resolve("conf/server.xml");
            Files.writeString(
                    server,
                    Files.readString(server)
                            .replace("port=\"8005\"", "port=\"-1\"")
                            .replace("port=\"8080\"", "port=\"" + port + "\" address=\"127.0.0.1\""));
        }

        @Override
        List<String> command(Path base, int port) {
            String bootstrap = home().resolve("bin/bootstrap.jar") + ":" + home().resolve("bin/tomcat-juli.jar");
            return List.of(
                    java(),
                    "-cp",
                    bootstrap,
                    "-Dcatalina.home=" + home(),
                    "-Dcatalina.base=" + base,
                    "-Djava.io.tmpdir=" + base.resolve("temp"),
                    "org.apache.catalina.startup.Bootstrap",
                    "start");
        }

        @Override
        Path home() {
            return Path.of(System.getProperty("holdfast.tomcat"));
        }
    },

    JETTY {
        @Override
        Path applications(Path base) {
            return base.resolve("webapps");
        }

        @Override
        void configure(Path base, int port) throws Exception {
            Files.createDirectories(base);
            addModules(base, "http,ee11-deploy");
        }

        @Override
        List<String> command(Path base, int port) {
            return List.of(
                    java(),
                    "-jar",
                    home().resolve("start.jar").toString(),
                    "jetty.base=" + base,
                    "jetty.http.host=127.0.0.1",
                    "jetty.http.port=" + port);
        }

        @Override
        Path home() {
            return Path.of(System.getProperty("holdfast.jetty"));
        }
    };

    abstract Path home();

    abstract void configure(Path base, int port) throws Exception;

    abstract List<String> command(Path base, int port);

    /** Where web applications go. */
    abstract Path applications(Path base);

    /** {@code start.jar --add-modules}, as its user would. */
    static void addModules(Path base, String modules) throws Exception {
        List<String> command = List.of(
                java(),
                "-jar",
                JETTY.home().resolve("start.jar").toString(),
                "jetty.base=" + base,
                "--add-modules=" + modules);
        try (ChildProcess setUp =
                ChildProcess.start("start.jar --add-modules", base.resolve("modules.log"), Map.of(), command)) {
            if (setUp.waitFor() != 0) {
                throw new AssertionError("adding modules failed: " + setUp.log());
            }
        }
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Starts it, with what is in {@link #applications}, in an environment. */
    ChildProcess start(Path base, int port, Map<String, String> environment) throws IOException {
        return ChildProcess.start(
                name(), base.resolve("container.log"), new HashMap<>(environment), command(base, port));
    }
}
