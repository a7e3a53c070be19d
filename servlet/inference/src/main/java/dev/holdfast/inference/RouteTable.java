package dev.holdfast.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the endpoint of a path and method; a fixed segment goes before one in braces. Immutable. */
final class RouteTable {
    private final List<Route> routes;

    /** @param routes in the order in which they are tried */
    RouteTable(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** Answers with the endpoint, or with 404, or with 405 and what would be allowed (RFC 9110, section 15.5.6). */
    void serve(Exchange exchange) {
        List<String> path = RequestPath.of(exchange.request());
        String method = exchange.request().getMethod();
        List<Route> matching = new ArrayList<>();
        for (Route route : routes) {
            Optional<Map<String, String>> variables = route.match(path);
            if (variables.isPresent() && route.answers(method)) {
                route.endpoint().serve(new Call(exchange, variables.get()));
                return;
            }
            variables.ifPresent(found -> matching.add(route));
        }
        exchange.reply(matching.isEmpty() ? notFound(path) : notAllowed(method, matching));
    }

    private static Reply notFound(List<String> path) {
        return ErrorTable.reply(404, Map.of(), "there is nothing at /" + String.join("/", path));
    }

    private static Reply notAllowed(String method, List<Route> matching) {
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : matching) {
            allowed.add(route.method());
            if (route.method().equals("GET")) {
                allowed.add("HEAD");
            }
        }
        String methods = String.join(", ", allowed);
        return ErrorTable.reply(405, Map.of(Headers.ALLOW, methods), "method " + method + " is not one of " + methods);
    }
}
