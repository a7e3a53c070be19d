package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Refused;
import org.jspecify.annotations.Nullable;

/** A request that the holder does not grant; becomes the {@link Refused} that its client gets. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final RefusalCode code;
    private final String reason;

    /** @param reason one sentence that names the thing and what to do */
    Refusal(RefusalCode code, String reason) {
        super(reason);
        this.code = code;
        this.reason = reason;
    }

    Refusal(RefusalCode code, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.code = code;
        this.reason = reason;
    }

    RefusalCode code() {
        return code;
    }

    String reason() {
        return reason;
    }

    Refused toMessage() {
        return new Refused(code, reason);
    }
}
