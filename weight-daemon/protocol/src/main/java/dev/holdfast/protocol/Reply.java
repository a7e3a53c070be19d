package dev.holdfast.protocol;

/** What the holder says to a client or a loader. */
public sealed interface Reply extends Message
        permits Welcome,
                Refused,
                Listing,
                Granted,
                Released,
                StatusReport,
                Done,
                Reserved,
                Fetched,
                Watching,
                RepositoryIndex,
                Event {}
