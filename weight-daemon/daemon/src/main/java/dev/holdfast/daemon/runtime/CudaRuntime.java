package dev.holdfast.daemon.runtime;

import dev.holdfast.daemon.maven.MavenArtifact;

/**
 * A build of ONNX Runtime for CUDA as it is published.
 *
 * @param cuda the major version of CUDA that it needs, with cuDNN 9
 * @param artifact the jar that carries it
 * @param sha1 the jar's published SHA-1, in hexadecimal
 * @param folder where the libraries are in the jar; ends with a slash
 */
public record CudaRuntime(int cuda, MavenArtifact artifact, String sha1, String folder) {
    /** What the folder that it is unpacked into is called, such as {@code onnxruntime-1.29.0-cuda12}. */
    public String directoryName() {
        return RuntimeFolder.PREFIX + artifact.version() + RuntimeFolder.CUDA + cuda;
    }
}
