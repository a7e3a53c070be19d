package dev.holdfast.daemon.holder;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A user that processes can run as; see setpriv(1).
 *
 * @param uid its user id
 * @param gid its primary group
 * @param supplementary one more group, or its primary one again for none
 */
record OtherUser(long uid, long gid, long supplementary) {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    static void assumePossible() {
        Assumptions.assumeTrue(Files.isExecutable(SETPRIV), "setpriv is not installed");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can become another user");
    }

    /** Starts a main class as this user; its standard error is this process's. */
    Process start(String classPath, Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                SETPRIV.toString(), "--reuid=" + uid, "--regid=" + gid, "--groups=" + supplementary, "--no-new-privs"));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** What became of each attempt of a {@link VisitorMain} run as this user. */
    Map<String, String> visit(String classPath, List<String> arguments) throws IOException, InterruptedException {
        Process visitor = start(classPath, VisitorMain.class, arguments);
        try {
            Map<String, String> outcomes = new TreeMap<>();
            String output = new String(visitor.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            output.lines().map(line -> line.split(": ", 2)).forEach(line -> outcomes.put(line[0], line[1]));
            if (!visitor.waitFor(HolderBase.LIMIT.toSeconds(), TimeUnit.SECONDS) || visitor.exitValue() != 0) {
                throw new AssertionError("the visitor failed after " + outcomes);
            }
            return outcomes;
        } finally {
            visitor.destroyForcibly();
        }
    }
}
