package dev.holdfast.daemon.cli;

import picocli.CommandLine;

/** How {@code holdfast} ends; {@code docs/cli.md} and the help list the same. */
public final class ExitCode {
    /** What was asked for is so. */
    public static final int DONE = CommandLine.ExitCode.OK;

    /** The request failed: refused, a load that failed, corrupt bytes, a holder that can't start. */
    public static final int FAILED = CommandLine.ExitCode.SOFTWARE;

    /** The command line is wrong; nothing was tried. */
    public static final int USAGE = CommandLine.ExitCode.USAGE;

    /** No holder, or no arbiter, answers on the socket, or it went away before it answered. */
    public static final int UNREACHABLE = 3;

    /** The holder does not let this user do it. */
    public static final int NOT_PERMITTED = 4;

    /** Files given on the command line can't be used. */
    public static final int BAD_INPUT = 5;

    /** No worker could start. */
    public static final int NO_WORKER = 6;

    private ExitCode() {}
}
