package dev.holdfast.protocol;

/** What a client may ask for; the holder decides by the user and groups of the client's process. */
public enum Right {
    /** To list, lease, watch and see the status. */
    READ,
    /** To change what is loaded and active. */
    ADMIN
}
