package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("core")
@ExtendWith(OpenDescriptorsCheck.class)
class LifelineTest {
    @BeforeEach
    void requireLinux() {
        Assumptions.assumeTrue(SealedArena.isSupported(), "lifelines need Linux");
    }

    @Test
    void theOwnerLearnsThatTheLastUserIsGone() {
        try (Lifeline owners = Lifeline.create()) {
            OwnedDescriptor one = owners.usersEnd().duplicate();
            try (OwnedDescriptor two = one.duplicate()) {
                owners.giveAway();
                one.close();
                assertThat(owners.isAbandoned()).isFalse();
                assertThat(two.isClosed()).isFalse();
            }
            assertThat(owners.isAbandoned()).isTrue();
            owners.awaitAbandoned();
        }
    }

    @Test
    void itsOwnCopyCountsUntilItIsGivenAway() {
        try (Lifeline owners = Lifeline.create()) {
            assertThat(owners.isAbandoned()).isFalse();
            owners.giveAway();
            assertThat(owners.isAbandoned()).isTrue();
        }
    }

    @Test
    void aUserLearnsThatTheOwnerIsGone() {
        Lifeline owners = Lifeline.create();
        try (OwnedDescriptor user = owners.usersEnd().duplicate()) {
            Lifeline.check(user);
            assertThat(Lifeline.isOwnerAlive(user)).isTrue();
            owners.close();
            assertThat(Lifeline.isOwnerAlive(user)).isFalse();
        }
    }

    @Test
    void aFileIsNoLifeline(@TempDir Path directory) throws IOException {
        try (OwnedDescriptor file = OwnedDescriptor.ofFile(directory)) {
            assertThatExceptionOfType(ArenaException.class)
                    .isThrownBy(() -> Lifeline.check(file))
                    .withMessageContaining("is no lifeline");
        }
    }

    @Test
    void aProcessThatLeavesItsSessionLeadsAGroupOfItsOwn() throws Exception {
        try (ChildJvm child = ChildJvm.start(SessionLeaver.class)) {
            assertThat(child.readLine()).isEqualTo("true " + child.pid());
            assertThat(child.readLine()).isEqualTo("false " + child.pid());
        }
    }
}
