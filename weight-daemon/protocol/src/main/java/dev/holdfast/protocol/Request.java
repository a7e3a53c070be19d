package dev.holdfast.protocol;

/** What a client, a loader or a digesting child says to the holder. */
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
                LoadFailed,
                FetchArena,
                Digested {
    /** Calls the one method of {@code handler} that is for this request, so that none can be forgotten. */
    <R> R handledBy(RequestHandler<R> handler);
}
