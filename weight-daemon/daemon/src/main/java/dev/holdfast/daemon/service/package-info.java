/**
 * The holder as a service: Commons Daemon's {@code Daemon} for jsvc, static methods for procrun, and what every way of
 * starting a holder has in common. {@code docs/services.md} says how each is set up.
 */
@NullMarked
package dev.holdfast.daemon.service;

import org.jspecify.annotations.NullMarked;
