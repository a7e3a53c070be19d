/**
 * The {@code holdfast} command line.
 *
 * <p>Each subcommand is one class and one line in {@link dev.holdfast.daemon.cli.HoldfastCommand}. Commands report
 * failures by throwing; {@code ErrorReport} alone turns them into one sentence and an {@code ExitCode}. The package
 * speaks to a running holder only through {@link dev.holdfast.protocol.HolderClient}.
 */
@NullMarked
package dev.holdfast.daemon.cli;

import org.jspecify.annotations.NullMarked;
