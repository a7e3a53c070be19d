/** Tests of the module in real Jetty servers. */
@NullMarked
package dev.holdfast.jetty;

import org.jspecify.annotations.NullMarked;
