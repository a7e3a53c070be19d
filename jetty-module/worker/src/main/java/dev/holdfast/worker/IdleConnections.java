package dev.holdfast.worker;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Closes connections on which nothing has happened for a while and no request is under way. Jetty's own idle timeout would
 * not do for a server that retires: shortened, it ends a request whose body comes slowly. Used by one thread.
 */
final class IdleConnections {
    private final Duration limit;
    private final Map<EndPoint, Seen> seen = new HashMap<>();

    /** What a connection had carried, and since when it has carried no more. */
    private record Seen(long bytes, long sinceNanos) {}

    IdleConnections(Duration limit) {
        this.limit = limit;
    }

    /** Looks at all connections there are; closes those that are idle for long enough. */
    void sweep(Collection<EndPoint> endPoints, long nowNanos) {
        seen.keySet().retainAll(Set.copyOf(endPoints));
        for (EndPoint endPoint : new HashSet<>(endPoints)) {
            Connection connection = endPoint.getConnection();
            if (connection == null) {
                continue;
            }
            long bytes = connection.getBytesIn() + connection.getBytesOut();
            Seen before = seen.get(endPoint);
            if (before == null || before.bytes() != bytes || !awaitsRequest(endPoint, connection)) {
                seen.put(endPoint, new Seen(bytes, nowNanos));
            } else if (nowNanos - before.sinceNanos() >= limit.toNanos()) {
                endPoint.close();
            }
        }
    }

    /** Answers are counted when they begin, but until they have ended nothing is read. */
    private static boolean awaitsRequest(EndPoint endPoint, Connection connection) {
        return endPoint.isFillInterested() && connection.getMessagesIn() == connection.getMessagesOut();
    }
}
