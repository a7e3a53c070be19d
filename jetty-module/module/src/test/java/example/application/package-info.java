/** Somebody's web application, packed into WARs by the tests. */
@NullMarked
package example.application;

import org.jspecify.annotations.NullMarked;
