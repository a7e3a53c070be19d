package dev.holdfast.inference;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the route table.
 *
 * @param method HTTP's
 * @param template segments of the path; one in braces stands for any, and names it
 * @param endpoint what answers
 */
record Route(String method, List<String> template, Endpoint endpoint) {
    Route {
        template = List.copyOf(template);
    }

    /** @param template such as {@code /v2/models/{model}/ready} */
    Route(String method, String template, Endpoint endpoint) {
        this(method, RequestPath.segments(template), endpoint);
    }

    /** The same, and the same under {@code /versions/{version}} where the template has {@code {model}}. */
    static List<Route> versioned(String method, String template, Endpoint endpoint) {
        List<Route> routes = new ArrayList<>();
        routes.add(new Route(method, template, endpoint));
        routes.add(new Route(method, template.replace("{model}", "{model}/versions/{version}"), endpoint));
        return routes;
    }

    /** What the braces stand for, if the path is one of this template's. */
    Optional<Map<String, String>> match(List<String> path) {
        if (path.size() != template.size()) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < path.size(); i++) {
            String segment = template.get(i);
            if (segment.startsWith("{")) {
                variables.put(segment.substring(1, segment.length() - 1), path.get(i));
            } else if (!segment.equals(path.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    /** Whether it answers that method; what answers GET answers HEAD as well (RFC 9110, section 9.1). */
    boolean answers(String asked) {
        return method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
    }
}
