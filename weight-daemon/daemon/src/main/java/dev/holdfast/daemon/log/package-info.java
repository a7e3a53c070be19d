/** What the log of an installation's processes looks like. Nothing in it is used but through Logback. */
@NullMarked
package dev.holdfast.daemon.log;

import org.jspecify.annotations.NullMarked;
