/**
 * Triton's model repository on disk: {@code NAME/VERSION/model.onnx} and the optional {@code NAME/config.pbtxt}.
 *
 * <p>Layout and words are those of Triton's {@code docs/user_guide/model_repository.md} and {@code model_config.proto}.
 * What Triton ignores is ignored here too, and each such thing is named in a warning; what can't be served is refused
 * by a {@link dev.holdfast.daemon.repository.RepositoryException} that costs that model alone. Nothing is cached: every
 * call looks at the disk. The types are immutable and may be used from any thread. The package knows nothing of sockets
 * or native code, and does not open model files.
 */
@NullMarked
package dev.holdfast.daemon.repository;

import org.jspecify.annotations.NullMarked;
