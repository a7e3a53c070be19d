package dev.holdfast.engine;

import java.util.List;
import java.util.Map;

/** A model over JMX, as {@code dev.holdfast:type=Model,engine=N,model="NAME"}. */
public interface ModelMXBean {
    /** Its name. */
    String getName();

    /** Whether an unversioned request would be served. */
    boolean isReady();

    /** The version that an unversioned request means; 0 if none serves. */
    long getActiveVersion();

    /** Numbers of the versions that serve. */
    List<Long> getServingVersions();

    /** Numbers of the versions that finish the requests they have. */
    List<Long> getDrainingVersions();

    /** Versions that could not be built, and why. */
    Map<Long, String> getFailedVersions();

    /** Leases that this engine has on its versions. */
    long getLeases();

    /** How many of {@link #getLeases} the holder counts now. */
    long getConnectedLeases();

    /** Requests that no version took, by reason; see {@link Model#refusals}. */
    Map<String, Long> getRefusals();

    /** The counter that all workers of the machine share. */
    long getSharedCounter();
}
