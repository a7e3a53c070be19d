package dev.holdfast.bench.http;

import java.time.Duration;

/**
 * What a load generator does.
 *
 * @param request sent by every connection
 * @param connections kept open at a time, each with one request in flight
 * @param threads that share them; at least 1, at most one a connection
 * @param timeout from beginning to connect, or to send, until the answer is complete
 * @param check of the answers' bodies
 */
public record LoadPlan(RequestBytes request, int connections, int threads, Duration timeout, AnswerCheck check) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int MOST_DEFAULT_THREADS = 4;

    public LoadPlan {
        if (connections < 1 || threads < 1 || threads > connections) {
            throw new IllegalArgumentException("a load needs 1 or more connections and as many threads at most, not "
                    + connections + " and " + threads);
        }
    }

    /** With a quarter of the processors but 4 at most, 30 s of time for a request, and no check. */
    public static LoadPlan of(RequestBytes request, int connections) {
        int share = Math.max(1, Runtime.getRuntime().availableProcessors() / 4);
        int threads = Math.min(Math.max(1, connections), Math.min(share, MOST_DEFAULT_THREADS));
        return new LoadPlan(request, connections, threads, TIMEOUT, AnswerCheck.ANY);
    }

    /** The same with another number of threads. */
    public LoadPlan withThreads(int number) {
        return new LoadPlan(request, connections, number, timeout, check);
    }

    /** The same with another timeout. */
    public LoadPlan withTimeout(Duration longest) {
        return new LoadPlan(request, connections, threads, longest, check);
    }

    /** The same with another check. */
    public LoadPlan withCheck(AnswerCheck bodies) {
        return new LoadPlan(request, connections, threads, timeout, bodies);
    }
}
