package dev.holdfast.engine;

import java.util.List;

/**
 * An engine over JMX, as {@code dev.holdfast:type=Engine,engine=N}: N is the lowest number from 1 that no other engine of
 * this JVM has, whatever application it is in.
 */
public interface EngineMXBean {
    /** The socket of the holder that it follows. */
    String getSocket();

    /** Whether every model wanted serves; see {@link Readiness}. */
    boolean isReady();

    /** What is missing, in one sentence; empty if ready. */
    String getReason();

    /** Whether the holder answers. */
    boolean isHolderConnected();

    /** Names of the models known, ascending. */
    List<String> getModels();

    /** Leases that this engine has. */
    long getLeases();

    /** How many of {@link #getLeases} the holder counts now. */
    long getConnectedLeases();
}
