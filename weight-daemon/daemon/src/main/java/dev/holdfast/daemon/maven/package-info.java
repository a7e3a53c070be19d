/**
 * Artifacts of Maven repositories: looked up where this user's Maven keeps them, or fetched by that Maven, whose settings
 * say from where. Nothing here speaks HTTP. Any thread.
 */
@NullMarked
package dev.holdfast.daemon.maven;

import org.jspecify.annotations.NullMarked;
