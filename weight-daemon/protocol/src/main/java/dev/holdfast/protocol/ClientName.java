package dev.holdfast.protocol;

/** What this client calls itself in the handshake. */
final class ClientName {
    private ClientName() {}

    static String get() {
        String version = ClientName.class.getPackage().getImplementationVersion();
        return "holdfast-java/" + (version == null ? "unpackaged" : version);
    }
}
