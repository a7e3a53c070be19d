package dev.holdfast.protocol;

/** Why the holder refused. */
public enum RefusalCode {
    /** Client and holder speak no common version of the protocol. */
    PROTOCOL_VERSION,
    /** The client's user or groups lack the right. */
    NOT_PERMITTED,
    /** No model of that name is loaded or in the repository. */
    MODEL_NOT_FOUND,
    /** The model has no such version. */
    VERSION_NOT_FOUND,
    /** Nothing suitable was published within the wait; asking again may help. */
    LEASE_UNAVAILABLE,
    /** The version was built for another ONNX Runtime or processor than the client's. */
    RUNTIME_MISMATCH,
    /** The version is being loaded already. */
    ALREADY_LOADING,
    /** The load does not fit into the memory budget. */
    OVER_BUDGET,
    /** The model could not be loaded. */
    LOAD_FAILED,
    /** The version's bytes do not have their digest. */
    CORRUPT,
    /** The offered version is not one that this holder published, or its arena is not what its manifest says. */
    OFFER_REFUSED,
    /** A frame broke the rules of the protocol; the connection ends. */
    BAD_FRAME,
    /** The request can't be asked here or now, such as a second lease on one connection. */
    BAD_REQUEST,
    /** The holder's disk is full or failing. */
    STORAGE_FAILED,
    /** The holder serves as many connections as it may. */
    TOO_MANY_CONNECTIONS,
    /** The holder is stopping. */
    STOPPING,
    /** A fault of the holder's own. */
    INTERNAL
}
