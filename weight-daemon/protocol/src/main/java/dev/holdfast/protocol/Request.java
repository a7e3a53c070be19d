package dev.holdfast.protocol;

/** What a client or a loader says to the holder. */
public sealed interface Request extends Message
        permits Hello,
                ListRequest,
                RepositoryRequest,
                StatusRequest,
                LeaseRequest,
                Release,
                Offer,
                Watch,
                Load,
                Unload,
                Activate,
                Rollback,
                Pin,
                Verify,
                Reserve,
                Progress,
                LoadFailed {
    /** Calls the one method of {@code handler} that is for this request, so that none can be forgotten. */
    <R> R handledBy(RequestHandler<R> handler);
}
