package dev.holdfast.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
class ControlSocketTest {
    @TempDir
    private Path directory;

    @Test
    void messagesGoBothWaysAndTheEndIsSeen() throws Exception {
        Path path = directory.resolve("own").resolve("control.sock");
        try (ControlSocket socket = ControlSocket.bind(path);
                ControlConnection worker = ControlConnection.connect(path);
                ControlConnection arbiter = socket.accept()) {
            String longReason = "x".repeat(10_000);
            worker.send(new ControlMessage.Beat(1, 1, 1, false, longReason));
            worker.send(new ControlMessage.StageReached(StartStage.JVM, 5));
            arbiter.send(new ControlMessage.Stop());

            assertThat(arbiter.receive()).hasValue(new ControlMessage.Beat(1, 1, 1, false, longReason));
            assertThat(arbiter.receive()).hasValue(new ControlMessage.StageReached(StartStage.JVM, 5));
            assertThat(worker.receive()).hasValue(new ControlMessage.Stop());
            worker.close();
            assertThat(arbiter.receive()).isEmpty();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("own"))))
                    .isEqualTo("rwx------");
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void lineWithoutEndCostsOnlyItsConnection() throws Exception {
        Path path = directory.resolve("own").resolve("control.sock");
        try (ControlSocket socket = ControlSocket.bind(path);
                SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path));
                ControlConnection arbiter = socket.accept()) {
            byte[] flood = new byte[ControlConnection.LONGEST_LINE];
            Arrays.fill(flood, (byte) 'x');
            ByteBuffer bytes = ByteBuffer.wrap(flood);
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }

            assertThatThrownBy(arbiter::receive).isInstanceOf(ControlException.class);
        }
    }

    @Test
    void socketOfADeadArbiterIsReplacedAndOneOfALivingIsNot() throws Exception {
        Path own = Files.createDirectory(
                directory.resolve("own"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path path = own.resolve("control.sock");
        ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(path));
        dead.close();
        assertThat(path).exists();

        try (ControlSocket socket = ControlSocket.bind(path)) {
            assertThat(socket.path()).isEqualTo(path);
            assertThatThrownBy(() -> ControlSocket.bind(path))
                    .hasMessageContaining("another arbiter listens on " + path);
        }
    }

    @Test
    void fileThatIsNoSocketIsLeftAlone() throws Exception {
        Path own = Files.createDirectory(
                directory.resolve("own"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = Files.writeString(own.resolve("data"), "precious");

        assertThatThrownBy(() -> ControlSocket.bind(file)).hasMessageContaining(file + " is there and is no socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void directoryThatOthersMayEnterIsRefused() throws Exception {
        Path open = Files.createDirectory(directory.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> ControlSocket.bind(open.resolve("control.sock")))
                .hasMessageContaining("others may enter " + open)
                .hasMessageContaining("chmod 700");
    }
}
