package dev.holdfast.daemon.runtime;

import dev.holdfast.daemon.maven.MavenArtifact;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small jar laid out inside as the published ones are, and the build it claims to be. */
record MadeJar(Path path, CudaRuntime runtime) {
    /** As for CUDA 13 on Linux. */
    static final String FOLDER = "org/bytedeco/onnxruntime/linux-x86_64-gpu/";

    static final List<String> COMPLETE = List.of(
            "libonnxruntime.so.1",
            "libonnxruntime_providers_shared.so",
            "libonnxruntime_providers_cuda.so",
            "libonnxruntime_providers_dnnl.so",
            "libjnionnxruntime.so");

    /** Each library's content is its own name. */
    static MadeJar at(Path path, List<String> libraries) throws IOException, GeneralSecurityException {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
            for (String library : libraries) {
                zip.putNextEntry(new ZipEntry(FOLDER + library));
                zip.write(library.getBytes(StandardCharsets.UTF_8));
            }
        }
        byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(Files.readAllBytes(path));
        MavenArtifact artifact = new MavenArtifact("org.bytedeco", "onnxruntime", "1.28.0-1.5.14", "linux-x86_64-gpu");
        return new MadeJar(path, new CudaRuntime(13, artifact, HexFormat.of().formatHex(sha1), FOLDER));
    }
}
