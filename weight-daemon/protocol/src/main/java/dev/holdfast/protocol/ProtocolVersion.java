package dev.holdfast.protocol;

import java.util.OptionalInt;

/** The versions of the protocol that this release speaks. */
public final class ProtocolVersion {
    /** The oldest. */
    public static final int OLDEST = 1;

    /** The newest. */
    public static final int NEWEST = 1;

    private ProtocolVersion() {}

    /** The newest version that both this release and the client speak; empty if there is none. */
    public static OptionalInt agreeWith(Hello hello) {
        int best = Math.min(NEWEST, hello.maxProtocol());
        return best < Math.max(OLDEST, hello.minProtocol()) ? OptionalInt.empty() : OptionalInt.of(best);
    }
}
