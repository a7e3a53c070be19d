package dev.holdfast.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;

@Tag("core")
class HolderSocketTest {
    private Path directory;
    private Path path;

    @BeforeEach
    void choosePath(@TempDir Path directory) {
        this.directory = directory;
        path = directory.resolve("h.sock");
    }

    private AFUNIXServerSocketChannel foreignListener() throws IOException {
        AFUNIXServerSocketChannel channel = AFUNIXServerSocketChannel.open();
        channel.setDeleteOnClose(false);
        channel.bind(AFUNIXSocketAddress.of(path), 1);
        return channel;
    }

    @Test
    void everybodyMayConnect() throws IOException {
        try (HolderSocket socket = HolderSocket.bind(path)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.path())))
                    .isEqualTo("rw-rw-rw-");
        }
    }

    @Test
    void aStaleSocketIsReplaced() throws IOException {
        foreignListener().close();
        assertThat(path).exists();
        try (HolderSocket socket = HolderSocket.bind(path);
                RawPeer peer = new RawPeer(path);
                FrameConnection connection = socket.accept()) {
            assertThat(connection.peer().pid())
                    .isEqualTo(ProcessHandle.current().pid());
        }
    }

    @Test
    void aLiveHolderIsNamedAndLeftAlone() throws IOException {
        try (HolderSocket first = HolderSocket.bind(path)) {
            assertThatThrownBy(() -> HolderSocket.bind(path))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(
                            "another holder (pid " + ProcessHandle.current().pid() + ") listens on " + path);
            try (RawPeer peer = new RawPeer(path);
                    FrameConnection connection = first.accept()) {
                assertThat(connection.isOpen()).isTrue();
            }
        }
    }

    @Test
    void aListenerThatHoldsNoLockIsLeftAlone() throws IOException {
        try (AFUNIXServerSocketChannel foreign = foreignListener()) {
            assertThatThrownBy(() -> HolderSocket.bind(path))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("listens on " + path);
            assertThat(foreign.isOpen()).isTrue();
        }
    }

    @Test
    void aFileThatIsNoSocketIsNeverDeleted() throws IOException {
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> HolderSocket.bind(path))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("is not a socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void aPathTheKernelCannotTakeIsRefusedWithTheLimit() {
        Path tooLong = directory.resolve("s".repeat(108));
        assertThatThrownBy(() -> HolderSocket.bind(tooLong))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("at most 107");
    }

    @Test
    void closingRemovesTheSocketAndFreesThePath() throws IOException {
        HolderSocket.bind(path).close();
        assertThat(path).doesNotExist();
        HolderSocket.bind(path).close();
    }

    @Test
    void closingLeavesAFileAloneThatIsNoLongerItsOwn() throws IOException {
        HolderSocket socket = HolderSocket.bind(path);
        Files.delete(path);
        Files.writeString(path, "another's");
        socket.close();
        assertThat(path).hasContent("another's");
    }

    @Test
    void closingWakesTheAccepter() throws Exception {
        HolderSocket socket = HolderSocket.bind(path);
        CompletableFuture<Throwable> accepter = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try (FrameConnection connection = socket.accept()) {
                accepter.complete(new AssertionError(connection.peer().toString()));
            } catch (IOException e) {
                accepter.complete(e);
            }
        });
        thread.start();
        BlockedThread.await(thread);
        socket.close();
        assertThat(accepter.get(20, TimeUnit.SECONDS)).isInstanceOf(AsynchronousCloseException.class);
    }

    @Test
    void closingFreesEveryDescriptor() throws IOException {
        HolderSocket.bind(path).close();
        long before = OpenDescriptors.count();
        HolderSocket.bind(path).close();
        assertThat(OpenDescriptors.count()).isEqualTo(before);
    }

    @Test
    void aPeerOfAnotherUserIsKnownByUserAndGroups() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "setpriv is not installed");
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/perl")), "perl is not installed");
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can drop to another user");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (HolderSocket socket = HolderSocket.bind(path)) {
            Process child = connectAs(65534, 65533, "65531,65532");
            try (FrameConnection connection = socket.accept()) {
                assertThat(connection.peer())
                        .isEqualTo(new PeerCredentials(child.pid(), 65534, 65533, List.of(65531L, 65532L, 65533L)));
            }
            assertThat(child.waitFor()).isZero();
        }
    }

    private Process connectAs(int uid, int gid, String groups) throws IOException {
        String script = "use Socket; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die; "
                + "connect($s, sockaddr_un($ARGV[0])) or die $!; sysread($s, my $b, 1);";
        return new ProcessBuilder(
                        "/usr/bin/setpriv",
                        "--reuid=" + uid,
                        "--regid=" + gid,
                        "--groups=" + groups,
                        "/usr/bin/perl",
                        "-e",
                        script,
                        path.toString())
                .inheritIO()
                .start();
    }
}
