package dev.holdfast.jetty;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** A JETTY_BASE over Jetty's own distribution. */
record JettyBase(Path directory) {
    JettyBase(Path directory) {
        this.directory = directory;
        directory.toFile().mkdirs();
    }

    static Path home() {
        return Path.of(System.getProperty("holdfast.jetty"));
    }

    /** The archive that the build has made. */
    static Path archive() {
        return Path.of(System.getProperty("holdfast.config"));
    }

    /** Unpacks the archive, as {@code unzip} does. */
    JettyBase install() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive()))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = directory.resolve(entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(zip, file);
                }
            }
        }
        return this;
    }

    /** Runs {@code start.jar} to its end, which must be a good one. */
    JettyBase run(String... arguments) throws Exception {
        try (JettyProcess process = start(arguments)) {
            if (process.waitFor() != 0) {
                throw new AssertionError("start.jar " + List.of(arguments) + " failed: " + process.log());
            }
        }
        return this;
    }

    JettyBase addModules(String names) throws Exception {
        return run("--add-modules=" + names);
    }

    /** Starts {@code start.jar}, on free ports if it is a server. */
    JettyProcess start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                home().resolve("start.jar").toString(),
                "jetty.base=" + directory,
                "jetty.http.host=127.0.0.1",
                "jetty.http.port=0",
                "jetty.ssl.host=127.0.0.1",
                "jetty.ssl.port=0"));
        command.addAll(List.of(arguments));
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.put("JDK_JAVA_OPTIONS", "--enable-native-access=ALL-UNNAMED -Xmx256m");
        return JettyProcess.start(command, environment, Files.createTempFile(directory, "start", ".log"));
    }

    /** The server's address, once its log names the port. */
    static URI uri(JettyProcess process, String scheme) throws InterruptedException {
        return URI.create(scheme + "://127.0.0.1:" + process.port(scheme.equals("https") ? "SSL" : "HTTP/1.1"));
    }
}
