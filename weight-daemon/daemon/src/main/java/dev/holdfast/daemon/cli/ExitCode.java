package dev.holdfast.daemon.cli;

import picocli.CommandLine;

/** How {@code holdfast} ends; {@code docs/cli.md} and the help list the same. */
final class ExitCode {
    /** What was asked for is so. */
    static final int DONE = CommandLine.ExitCode.OK;

    /** The request failed: refused, a load that failed, corrupt bytes, a holder that can't start. */
    static final int FAILED = CommandLine.ExitCode.SOFTWARE;

    /** The command line is wrong; nothing was tried. */
    static final int USAGE = CommandLine.ExitCode.USAGE;

    /** No holder answers on the socket, or it went away before it answered. */
    static final int UNREACHABLE = 3;

    /** The holder does not let this user do it. */
    static final int NOT_PERMITTED = 4;

    /** Files given on the command line can't be used. */
    static final int BAD_INPUT = 5;

    private ExitCode() {}
}
