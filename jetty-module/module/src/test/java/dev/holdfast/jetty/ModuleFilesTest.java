package dev.holdfast.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.EngineSetting;
import dev.holdfast.engine.SettingKey;
import dev.holdfast.inference.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be set in a JETTY_BASE is what the code reads. */
class ModuleFilesTest {
    /** Where the module's contexts go; no settings of the servlets'. */
    private static final Set<String> CONTEXT_PATHS = Set.of("holdfast.v2.contextPath", "holdfast.metrics.contextPath");

    private static final Path CONFIG = Path.of("src/main/config");

    private static Set<String> keys(SettingKey[]... settings) {
        return Stream.of(settings)
                .flatMap(Stream::of)
                .map(SettingKey::key)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> found(String file, String pattern) throws IOException {
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(CONFIG.resolve(file)));
        return matcher.results().map(result -> result.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void serverModuleOffersEverySetting() throws IOException {
        Set<String> keys = keys(EngineSetting.values(), ServerSetting.values());
        assertThat(found("modules/holdfast.mod", "^# (holdfast[.\\w]+)=")).isEqualTo(keys);
        assertThat(found("etc/holdfast.xml", "<Arg>(holdfast[.\\w]+)</Arg>")).isEqualTo(keys);
        assertThat(found("etc/holdfast.xml", "<Property name=\"([^\"]+)\"")).isEqualTo(keys);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ee10", "ee11"})
    void environmentModulesOfferEverySetting(String environment) throws IOException {
        String xml = "etc/holdfast-" + environment + ".xml";
        Set<String> keys = keys(Setting.values());
        assertThat(found(xml, "<Arg>(holdfast[.\\w]+)</Arg>")).isEqualTo(keys);
        keys.addAll(CONTEXT_PATHS);
        assertThat(found("modules/holdfast-" + environment + ".mod", "^# (holdfast[.\\w]+)="))
                .isEqualTo(keys);
        assertThat(found(xml, "<Property name=\"([^\"]+)\"")).isEqualTo(keys);
    }
}
