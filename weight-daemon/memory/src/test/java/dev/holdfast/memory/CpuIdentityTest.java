package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class CpuIdentityTest {
    private static final String X86 = """
            processor	: 0
            model name	: AMD EPYC 7763 64-Core Processor
            flags		: fpu vme sse sse2 ssse3 pni fma aes sse4_1 popcnt avx f16c abm avx2 bmi1 bmi2 sha_ni rdseed
            bugs		: spectre_v1 spectre_v2

            processor	: 1
            model name	: AMD EPYC 7763 64-Core Processor
            flags		: fpu vme sse sse2 ssse3 pni fma aes sse4_1 popcnt avx f16c abm avx2 bmi1 bmi2 sha_ni rdseed
            """;
    private static final String ARM = """
            processor	: 0
            Features	: fp asimd evtstrm aes crc32 atomics fphp asimdhp asimddp sve i8mm bf16 svei8mm ssbs
            CPU part	: 0xd40
            """;

    @Test
    @Tag("core")
    void numericFeaturesOfAnX86AreKeptSorted() {
        assertThat(CpuIdentity.parse("x86_64", X86).features())
                .containsExactly(
                        "abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "pni", "popcnt", "sse", "sse2", "sse4_1",
                        "ssse3");
    }

    @Test
    void numericFeaturesOfAnArmAreKeptSorted() {
        assertThat(CpuIdentity.parse("aarch64", ARM).features())
                .containsExactly("asimd", "asimddp", "asimdhp", "bf16", "fp", "fphp", "i8mm", "sve", "svei8mm");
    }

    @Test
    void aFeatureThatOneProcessorLacksDoesNotCount() {
        assertThat(CpuIdentity.parse("x86_64", "flags: sse avx avx512f\nflags: sse avx\n")
                        .features())
                .containsExactly("avx", "sse");
    }

    @Test
    void theExtensionsOfARiscVAreKeptWhole() {
        assertThat(CpuIdentity.parse("riscv64", "hart : 0\nisa : rv64imafdcv_zba\nmmu : sv39\n")
                        .features())
                .containsExactly("rv64imafdcv_zba");
    }

    @Test
    void textWithoutFeaturesHasNone() {
        assertThat(CpuIdentity.parse("s390x", "").features()).isEmpty();
    }

    @Test
    void architecturesHaveOneName() {
        assertThat(CpuIdentity.architecture("amd64")).isEqualTo("x86_64");
        assertThat(CpuIdentity.architecture("aarch64")).isEqualTo("aarch64");
        assertThat(CpuIdentity.architecture("ppc64le")).isEqualTo("ppc64le");
    }

    @Test
    @EnabledOnOs(
            value = OS.LINUX,
            architectures = {"amd64", "aarch64"},
            disabledReason = "other kernels name others")
    void thisMachineHasItsBaseline() {
        CpuIdentity here = CpuIdentity.current();
        assertThat(here.features()).containsAnyOf("sse2", "asimd").isSorted();
        assertThat(here).isEqualTo(CpuIdentity.current());
    }
}
