package dev.holdfast.inference;

import java.util.Optional;

/**
 * An output that a request names.
 *
 * @param name its name
 * @param binary whether it is wanted in binary; empty to follow the request
 */
record RequestedOutput(String name, Optional<Boolean> binary) {}
