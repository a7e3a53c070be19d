/** Tests of the servlet: its codec directly, the rest over sockets of real containers, with a real holder and engine. */
@org.jspecify.annotations.NullMarked
package dev.holdfast.inference;
