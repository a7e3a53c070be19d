package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FaultTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Path file;

    @BeforeEach
    void createFile() throws IOException {
        file = Files.write(directory.resolve("weights"), new byte[8192]);
    }

    @Test
    @Tag("core")
    void aFileTruncatedUnderItsMappingIsAnErrorAndNotACrash() throws Exception {
        try (ChildJvm child = ChildJvm.start(FaultProbe.class, "truncated", file.toString())) {
            assertThat(child.readLine())
                    .startsWith("ArenaException: ")
                    .contains(file.toString())
                    .contains("truncated");
        }
    }

    @Test
    void aJvmThatCannotLoadNativeCodeSaysWhy() throws Exception {
        List<String> withoutJna = List.of("env", "JDK_JAVA_OPTIONS=-Djna.nounpack=true -Djna.nosys=true");
        try (ChildJvm child = ChildJvm.startUnder(withoutJna, FaultProbe.class, "unloadable", file.toString())) {
            assertThat(child.readLine())
                    .startsWith("UnsupportedOperationException: ")
                    .contains("JNA does not load")
                    .contains("jna.tmpdir");
        }
    }
}
