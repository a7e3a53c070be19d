package dev.holdfast.inference;

import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A request at its endpoint.
 *
 * @param exchange the request itself
 * @param variables what the braces of the route's template stand for
 */
record Call(Exchange exchange, Map<String, String> variables) {
    private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,17}");

    Call {
        variables = Map.copyOf(variables);
    }

    /** The model that the path names. */
    String model() {
        return variables.getOrDefault("model", "");
    }

    /**
     * The version that the path names, if it names one.
     *
     * @throws RequestRefusedException with 404 if it is none that a version can have
     */
    OptionalLong version() {
        String version = variables.get("version");
        if (version == null) {
            return OptionalLong.empty();
        }
        if (!VERSION.matcher(version).matches()) {
            throw new RequestRefusedException(
                    404, "model '" + model() + "' has no version '" + version + "'; versions are positive numbers");
        }
        return OptionalLong.of(Long.parseLong(version));
    }
}
