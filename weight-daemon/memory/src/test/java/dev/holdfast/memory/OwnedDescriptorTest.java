package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(OpenDescriptorsCheck.class)
class OwnedDescriptorTest {
    /** The JVM's own threads open descriptors, too, and get the lowest free number, which is far below this one. */
    private static final int AWAY_FROM_THE_JVM = 900;

    private static OwnedDescriptor memfd() {
        return OwnedDescriptor.owning(LibC.createMemfd("descriptor-test"));
    }

    private static OwnedDescriptor memfdOfNumber(int number) {
        try (OwnedDescriptor memfd = memfd()) {
            int duplicate = MoreLibC.CALLS.fcntl(memfd.value(), LibC.F_DUPFD_CLOEXEC, number);
            assertThat(duplicate).isEqualTo(number);
            return OwnedDescriptor.owning(duplicate);
        }
    }

    @Test
    void aNegativeNumberIsNoDescriptor() {
        assertThatThrownBy(() -> OwnedDescriptor.owning(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aClosedDescriptorIsNotUsed() {
        OwnedDescriptor descriptor = memfd();
        descriptor.close();
        assertThat(descriptor.isClosed()).isTrue();
        assertThatThrownBy(descriptor::value).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(descriptor::duplicate).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @Tag("core")
    void aSecondCloseDoesNotCloseWhoeverHasTheNumberNow() {
        OwnedDescriptor first = memfdOfNumber(AWAY_FROM_THE_JVM);
        first.close();
        try (OwnedDescriptor second = memfdOfNumber(AWAY_FROM_THE_JVM)) {
            first.close();
            assertThat(LibC.sizeBytes(second.value())).isZero();
        }
    }

    @Test
    @Tag("core")
    void aDuplicateOutlivesItsOriginal() throws IOException {
        OwnedDescriptor original = memfd();
        try (OwnedDescriptor duplicate = original.duplicate()) {
            original.close();
            try (FileChannel channel = duplicate.openChannel(StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(7));
            }
            assertThat(LibC.sizeBytes(duplicate.value())).isEqualTo(7);
        }
    }

    @Test
    void aDuplicateIsNotInheritedByPrograms() {
        try (OwnedDescriptor original = memfd();
                OwnedDescriptor duplicate = original.duplicate()) {
            assertThat(MoreLibC.CALLS.fcntl(duplicate.value(), MoreLibC.F_GETFD, 0))
                    .isEqualTo(MoreLibC.FD_CLOEXEC);
        }
    }

    @Test
    void aNumberClosedBySomebodyElseIsReported() {
        OwnedDescriptor descriptor = memfdOfNumber(AWAY_FROM_THE_JVM);
        LibC.close(descriptor.value());
        assertThatThrownBy(descriptor::close)
                .isInstanceOf(NativeCallException.class)
                .hasMessageContaining("EBADF");
    }

    @Test
    void threadsThatCloseAtOnceCloseOnce() throws Exception {
        OwnedDescriptor descriptor = memfd();
        CyclicBarrier together = new CyclicBarrier(8);
        List<FutureTask<Boolean>> closers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            FutureTask<Boolean> closer = new FutureTask<>(() -> {
                together.await();
                descriptor.close();
                return true;
            });
            closers.add(closer);
            new Thread(closer, "closer").start();
        }
        for (FutureTask<Boolean> closer : closers) {
            assertThat(closer.get()).isTrue(); // a second close(2) would have thrown EBADF
        }
    }
}
