/** Tests of the load generator against servers on real sockets. */
@NullMarked
package dev.holdfast.bench.http;

import org.jspecify.annotations.NullMarked;
