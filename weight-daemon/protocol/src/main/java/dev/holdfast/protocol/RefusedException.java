package dev.holdfast.protocol;

/** The holder refused a request. */
public final class RefusedException extends HolderException {
    private final RefusalCode code;

    RefusedException(Refused refused) {
        super(refused.reason());
        this.code = refused.code();
    }

    /** The kind of refusal; the message is the holder's reason. */
    public RefusalCode code() {
        return code;
    }
}
