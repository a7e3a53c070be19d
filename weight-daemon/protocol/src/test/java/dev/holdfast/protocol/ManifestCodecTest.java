package dev.holdfast.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.memory.ContentDigest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("core")
class ManifestCodecTest {
    private static final String JSON = new String(ManifestCodec.write(Samples.manifest()), UTF_8);

    private static Manifest read(String json) {
        return ManifestCodec.read(json.getBytes(UTF_8));
    }

    @Test
    void aManifestReadsBackEqual() {
        assertThat(read(JSON)).isEqualTo(Samples.manifest());
    }

    @Test
    void theJsonIsCanonical() {
        assertThat(JSON)
                .startsWith("{\"arena\":{\"device\":\"cpu\",\"digest\":\"" + Samples.DIGEST
                        + "\",\"kind\":\"host\",\"layout\":\"packed\",\"sizeBytes\":4096},\"build\":{")
                .contains("\"parameters\":{\"alpha\":\"2\",\"mu\":\"3\",\"zeta\":\"1\"}")
                .endsWith("\"version\":3}");
    }

    @Test
    void theDigestOfAManifestNeverChanges() {
        // Names of directories on disk: if this fails, versions that earlier releases published are no longer found.
        assertThat(ManifestCodec.digestOf(Samples.manifest()))
                .isEqualTo(new ContentDigest("c6618ccc0f685863fa78c1b86a33bc55f3e9f42de6b2de33b7d370f7fe10ae06"));
    }

    @Test
    void unknownFieldsOfAKnownFormatAreIgnored() {
        String newer = JSON.replace("\"version\":3}", "\"version\":3,\"scrubbed\":{\"at\":[1]}}");
        assertThat(read(newer)).isEqualTo(Samples.manifest());
    }

    @Test
    void aNewerFormatIsRefusedInWords() {
        String newer = "{\"format\":2,\"arena\":\"elsewhere\"}";
        assertThatThrownBy(() -> read(newer))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("update Holdfast");
    }

    @Test
    void aMissingFieldIsNamed() {
        assertThatThrownBy(() -> read(JSON.replace("\"sizeBytes\":4096", "\"size\":4096")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("arena.sizeBytes");
    }

    @Test
    void anIllTypedFieldIsNamed() {
        assertThatThrownBy(() -> read(JSON.replace("\"offsetBytes\":64", "\"offsetBytes\":\"64\"")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("tensors[1].offsetBytes");
    }

    @Test
    void aBrokenRuleIsNamed() {
        assertThatThrownBy(() -> read(JSON.replace("\"offsetBytes\":64", "\"offsetBytes\":4095")))
                .isInstanceOf(ManifestException.class)
                .hasMessageContaining("tensor 'b'")
                .hasMessageContaining("leaves the arena");
    }

    @Test
    void aTruncatedManifestIsRefused() {
        assertThatThrownBy(() -> read(JSON.substring(0, JSON.length() - 1))).isInstanceOf(ManifestException.class);
    }
}
