package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Refused;

/** A request that the holder does not grant; becomes the {@link Refused} that its client gets. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;

    /** @param reason one sentence that names the thing and what to do */
    Refusal(RefusalCode code, String reason) {
        super(reason);
        this.code = code;
    }

    Refusal(RefusalCode code, String reason, Throwable cause) {
        super(reason, cause);
        this.code = code;
    }

    RefusalCode code() {
        return code;
    }

    Refused toMessage() {
        return new Refused(code, getMessage());
    }
}
