package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
    private final Route route = new Route("GET", "/v2/models/{model}/ready", call -> {});

    @Test
    void namesAreDecoded() {
        assertThat(route.match(RequestPath.segments("/v2/models/a%20b+%C3%A9%2Fc/ready")))
                .contains(Map.of("model", "a b+é/c"));
    }

    @Test
    void slashAtTheEndMakesNoDifference() {
        assertThat(RequestPath.segments("/v2/")).isEqualTo(List.of("v2"));
    }

    @Test
    void pathParametersAreLeftOut() {
        assertThat(route.match(RequestPath.segments("/v2/models/m;a=b/ready"))).contains(Map.of("model", "m"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2/%", "/v2/%4", "/v2/%zz", "/v2/%ff"})
    void brokenEscapesAreRefused(String path) {
        assertThatThrownBy(() -> RequestPath.segments(path)).isInstanceOf(RequestRefusedException.class);
    }

    @Test
    void headIsAnsweredWhereGetIs() {
        assertThat(route.answers("HEAD")).isTrue();
        assertThat(route.answers("POST")).isFalse();
    }
}
