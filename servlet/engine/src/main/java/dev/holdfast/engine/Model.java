package dev.holdfast.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * A model and the versions of it that this process serves. Any thread; valid until its {@link Models} is closed, whatever
 * versions come and go meanwhile.
 */
public interface Model {
    /** The model's name. */
    String name();

    /** Numbers of the versions that serve now, ascending; may be empty. */
    List<Long> versions();

    /** The version that an unversioned request means now, if any serves. */
    OptionalLong active();

    /** Whether an unversioned request would be served now. */
    boolean ready();

    /** Whether that version serves now. */
    boolean ready(long version);

    /**
     * What the active version declares.
     *
     * @throws ModelNotReadyException if no version serves
     */
    ModelVersion version();

    /**
     * What a version declares.
     *
     * @throws VersionNotFoundException if it does not serve
     */
    ModelVersion version(long version);

    /**
     * Refuses an inference request for a version that does not serve, and counts it, as {@link #infer} would: for who is
     * still to read the request.
     *
     * @param version empty for the active one
     * @throws VersionNotFoundException if the version asked for does not serve
     * @throws ModelNotReadyException if no version serves, or the engine is closing
     */
    void requireServing(OptionalLong version);

    /**
     * Infers and waits for the answer. Where no batch is to be waited for and an instance is free, the run happens in
     * the calling thread. An interrupt gives the request up.
     *
     * @throws InvalidTensorException if inputs or output names are not what the version declares
     * @throws VersionNotFoundException if the version asked for does not serve
     * @throws ModelNotReadyException if no version serves, or the engine is closing
     * @throws QueueFullException if as many requests wait as may
     * @throws RequestTimeoutException if the answer did not come in time
     * @throws RequestCancelledException if the request was given up
     * @throws InferenceFailedException if the computation failed
     */
    InferenceResponse infer(InferenceRequest request);

    /**
     * Infers without waiting.
     *
     * @return the answer, or one of the exceptions of {@link #infer}, all of which arrive this way. Dependent stages run
     *     on a thread of the engine's unless given another, and must then be short
     */
    CompletionStage<InferenceResponse> inferAsync(InferenceRequest request);

    /**
     * Infers without waiting for long: a run that may start at once, and is expected to take no longer than {@code
     * patience}, happens in the calling thread, which saves two changes of thread. What is expected follows from the
     * version's last runs, so a run can take longer; it is then given up by another thread as any other is.
     *
     * @param patience how long the calling thread may be kept; zero for not at all
     * @return as {@link #inferAsync(InferenceRequest)}; what happened in the calling thread is complete on return
     */
    CompletionStage<InferenceResponse> inferAsync(InferenceRequest request, Duration patience);

    /**
     * What this process has counted for each version that it has served, ascending. Of more than 32, those of the lowest
     * numbers that no longer serve are forgotten.
     */
    List<VersionStatistics> statistics();

    /**
     * How many requests, by {@link InferenceException#reason}, no version took: that which they named does not serve
     * ({@code VERSION_NOT_FOUND}), or none does ({@code NOT_READY}). Both are always there.
     */
    Map<InferenceException.Reason, Long> refusals();

    /** The model's counter, shared by all workers of the machine, now; 0 before any version has served. */
    long counter();
}
