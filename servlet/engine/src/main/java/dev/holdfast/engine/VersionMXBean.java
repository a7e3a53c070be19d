package dev.holdfast.engine;

import java.util.Map;

/**
 * What one version does and has done, over JMX, as {@code dev.holdfast:type=Version,engine=N,model="NAME",version=V}.
 * Stays when the version has gone, as its statistics do.
 */
public interface VersionMXBean {
    /** The model's name. */
    String getModel();

    /** Its number. */
    long getVersion();

    /** Whether it takes requests. */
    boolean isServing();

    /** Requests in its queue. */
    long getPendingRequests();

    /** Length of its arena, in bytes; 0 once it has gone. */
    long getArenaBytes();

    /** When its last request came, in milliseconds since the epoch; 0 if none did. */
    long getLastInferenceMillis();

    /** Requests answered. */
    long getSuccesses();

    /** Requests that failed, by {@link InferenceException.Reason}. */
    Map<String, Long> getFailures();

    /** Inferences computed: a request with a batch of n counts n. */
    long getInferences();

    /** Runs of the session. */
    long getExecutions();

    /** Runs by batch size. */
    Map<Long, Long> getBatchSizes();

    /** Of the requests answered, time from arrival to answer. */
    TimeDistribution getRequestTime();

    /** Of the requests answered, time in the queue. */
    TimeDistribution getQueueTime();

    /** Of the requests answered, time that their run took to put inputs in place. */
    TimeDistribution getComputeInputTime();

    /** Of the requests answered, time that their run computed. */
    TimeDistribution getComputeInferTime();

    /** Of the requests answered, time that their run took to take outputs out. */
    TimeDistribution getComputeOutputTime();
}
