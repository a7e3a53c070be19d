package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MappedMemoryTest {
    private static final List<String> SMAPS = List.of(
            "7f00000000-7f00002000 r--s 00000000 00:01 1030  /memfd:weights (deleted)",
            "Size:                  8 kB",
            "Rss:                   8 kB",
            "Pss:                   4 kB",
            "Pss_Dirty:             4 kB",
            "Shared_Dirty:          8 kB",
            "Private_Dirty:         0 kB",
            "VmFlags: rd sh mr me ms sd",
            "7f10000000-7f10001000 rw-p 00000000 00:00 0 ",
            "Rss:                  12 kB",
            "7f20000000-7f20001000 rw-p 00000000 00:01 1031  /memfd:weights (deleted)",
            "Rss:                   4 kB",
            "Private_Dirty:         4 kB");

    @Test
    void mappingsOfTheNameAreAddedUp() {
        assertThat(MappedMemory.parse(SMAPS, "memfd:weights"))
                .isEqualTo(new MappedMemory(2, 12 * 1024, 4 * 1024, 8 * 1024, 4 * 1024));
    }

    @Test
    void nameWithoutMappingCountsNothing() {
        assertThat(MappedMemory.parse(SMAPS, "other")).isEqualTo(new MappedMemory(0, 0, 0, 0, 0));
    }
}
