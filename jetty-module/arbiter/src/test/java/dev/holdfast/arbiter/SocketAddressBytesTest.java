package dev.holdfast.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class SocketAddressBytesTest {
    @Test
    void addressAndPortAreWhereTheHeaderHasThem() throws Exception {
        byte[] four = SocketAddressBytes.of(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 8080);
        byte[] six = new byte[16];
        six[15] = 1;

        assertThat(four).hasSize(16).endsWith(0x1f, 0x90, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
        assertThat(SocketAddressBytes.of(InetAddress.getByAddress(six), 65535))
                .hasSize(28)
                .endsWith(0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0);
        assertThat(SocketAddressBytes.port(four)).isEqualTo(8080);
    }
}
