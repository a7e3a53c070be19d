package dev.holdfast.memory.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Messages as JNA words them. */
@Tag("core")
class LoadFailureTest {
    private final UnsatisfiedLinkError ofJna = new UnsatisfiedLinkError("""
            Unable to load library 'libcuda.so.1':
            libcuda.so.1: cannot open shared object file: No such file or directory
            libcuda.so.1: cannot open shared object file: No such file or directory
            Native library (linux-x86-64/libcuda.so.1) not found in resource path (lib/a.jar)""");

    @Test
    void reasonIsWhatTheLinkerSays() {
        assertThat(LoadFailure.reason(ofJna, "libcuda.so.1"))
                .isEqualTo("cannot open shared object file: No such file or directory");
    }

    @Test
    void classWhoseInitialisationFailedTellsTheSame() {
        assertThat(LoadFailure.reason(new ExceptionInInitializerError(ofJna), "libcuda.so.1"))
                .isEqualTo("cannot open shared object file: No such file or directory");
    }

    @Test
    void anotherLibraryThatIsLackingIsNamed() {
        UnsatisfiedLinkError failure = new UnsatisfiedLinkError(
                "Unable to load library 'libcuda.so.1':\nlibother.so.2: cannot open shared object file");

        assertThat(LoadFailure.reason(failure, "libcuda.so.1"))
                .isEqualTo("libother.so.2: cannot open shared object file");
    }

    @Test
    void messageOfOneLineIsKept() {
        assertThat(LoadFailure.reason(new UnsatisfiedLinkError("this is Plan 9 on vax"), "libcuda.so.1"))
                .isEqualTo("this is Plan 9 on vax");
    }

    @Test
    void headingAloneIsNoReason() {
        assertThat(LoadFailure.reason(new UnsatisfiedLinkError("Unable to load library 'x':"), "x"))
                .isEqualTo("it is not known why");
    }
}
