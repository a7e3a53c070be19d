package dev.holdfast.engine;

import dev.holdfast.memory.OpenDescriptorsCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What tests over a real holder begin with, and that they leave nothing open. */
@ExtendWith(OpenDescriptorsCheck.class)
abstract class EngineTest {
    @TempDir
    Path root;

    TestHolder base;

    @BeforeAll
    static void loadLibrary() {
        TestHolder.loadLibrary();
    }

    @BeforeEach
    void layOutDirectories() throws IOException {
        base = new TestHolder(root);
    }
}
