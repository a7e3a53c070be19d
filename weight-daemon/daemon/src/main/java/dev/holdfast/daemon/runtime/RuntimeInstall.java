package dev.holdfast.daemon.runtime;

import dev.holdfast.daemon.maven.ArtifactException;
import dev.holdfast.daemon.maven.MavenJar;
import dev.holdfast.daemon.maven.MavenJars;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Brings a build of ONNX Runtime for CUDA into an installation: its jar is found or fetched, compared with its published
 * checksum, and its libraries unpacked.
 */
public final class RuntimeInstall {
    private final CudaRuntime runtime;
    private final MavenJars jars;

    /** @param jars where the jar is looked for */
    public RuntimeInstall(CudaRuntime runtime, MavenJars jars) {
        this.runtime = runtime;
        this.jars = jars;
    }

    /**
     * Installs it, unless it is there already: then nothing is fetched.
     *
     * @param natives made if missing; the build gets a folder of its own in it
     * @param jar the artifact's jar, if the caller has it
     * @throws ArtifactException if the jar can't be found or fetched, is not the published one or lacks a library
     * @throws IOException if it can't be unpacked; nothing is left behind
     */
    public RuntimeFolder into(Path natives, Optional<Path> jar) throws IOException {
        Path folder = natives.toAbsolutePath().resolve(runtime.directoryName());
        RuntimeFolder installed = new RuntimeFolder(folder, runtime.artifact().version(), runtime.cuda());
        if (!installed.isComplete()) {
            try (MavenJar found = jar.isPresent() ? MavenJar.existing(jar.get()) : jars.find(runtime.artifact())) {
                requirePublished(found.path());
                new RuntimeJar(found.path(), runtime).unpack(folder);
            }
        }
        return installed;
    }

    private void requirePublished(Path jar) throws IOException {
        MessageDigest sha1 = sha1();
        try (InputStream stream = new DigestInputStream(Files.newInputStream(jar), sha1)) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
        String found = HexFormat.of().formatHex(sha1.digest());
        if (!found.equals(runtime.sha1())) {
            throw new ArtifactException(
                    jar + " is not " + runtime.artifact().coordinates() + " as published: its SHA-1 is "
                            + found + ", not " + runtime.sha1()
                            + "; delete it and fetch it again, or give the right jar with --jar. A build of your own is used with"
                            + " -Dholdfast.onnxruntime.path");
        }
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
