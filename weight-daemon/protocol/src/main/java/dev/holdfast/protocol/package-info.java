/**
 * The language between the holder and its clients: manifests, messages, frames, descriptor passing and the lease
 * client.
 *
 * <p>A frame and the descriptors it announces arrive together or the connection ends. A received descriptor belongs to
 * the {@link dev.holdfast.memory.OwnedDescriptor} it is wrapped in before anything else can fail. Wire types are
 * immutable records; connections are used by one thread at a time unless their javadoc says otherwise. The package
 * knows nothing of CUDA, ONNX Runtime or HTTP.
 *
 * <p>junixsocket makes the sockets and connections; messages with descriptors go through the package's own calls of
 * the C library ({@code SocketCalls} says why).
 */
@NullMarked
package dev.holdfast.protocol;

import org.jspecify.annotations.NullMarked;
