package dev.holdfast.control;

/** How far a worker is on its way from process start to serving, in this order. */
public enum StartStage {
    /** The JVM runs the worker's code. */
    JVM,
    /** The server and its handlers are made. */
    CONFIGURED,
    /** The weights are mapped and served, or the wait for them is over. */
    ATTACHED,
    /** Connections are accepted. */
    LISTENING,
    /** Every model wanted serves. */
    READY
}
