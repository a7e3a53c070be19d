package dev.holdfast.daemon.doctor;

import com.sun.jna.Platform;
import dev.holdfast.daemon.doctor.RuntimeFinding.Origin;
import dev.holdfast.daemon.runtime.InstallationFolder;
import dev.holdfast.daemon.runtime.RuntimeFolder;
import dev.holdfast.onnxruntime.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks for builds of ONNX Runtime and loads them, and what they need, into this process. */
final class RuntimesProbe {
    private RuntimesProbe() {}

    /** The build that {@code holdfast.onnxruntime.path} names, otherwise those installed and the one in the jar. */
    static List<RuntimeFinding> run() {
        String named = System.getProperty(OnnxRuntime.PATH_PROPERTY, "");
        if (!named.isEmpty()) {
            return List.of(examined(named, Origin.PROPERTY, OnnxRuntime::load));
        }
        List<RuntimeFinding> findings = new ArrayList<>();
        try {
            for (RuntimeFolder folder : RuntimeFolder.in(InstallationFolder.natives())) {
                findings.add(
                        examined(folder.path().toString(), Origin.INSTALLED, () -> OnnxRuntime.load(folder.library())));
            }
        } catch (IOException | RuntimeException e) {
            findings.add(unusable("", Origin.INSTALLED, e));
        }
        findings.add(examined("", Origin.BUNDLED, OnnxRuntime::load));
        return findings;
    }

    private static RuntimeFinding examined(String path, Origin origin, Supplier<OnnxRuntime> loading) {
        try {
            OnnxRuntime runtime = loading.get();
            List<String> providers = runtime.providers();
            LibraryNeeds needs = needs(runtime.library());
            return new RuntimeFinding(
                    path.isEmpty() ? runtime.library().toString() : path,
                    origin,
                    Optional.of(runtime.version()),
                    needs.cuda(),
                    providers,
                    needs.libraries(),
                    Optional.empty());
        } catch (IOException | RuntimeException | LinkageError e) {
            return unusable(path, origin, e);
        }
    }

    /** The provider lies beside the library, and is not there in builds without CUDA. */
    private static LibraryNeeds needs(Path library) throws IOException {
        Path provider = library.resolveSibling(RuntimeFolder.libraries().get(2));
        if (!Files.isRegularFile(provider)) {
            return new LibraryNeeds(Optional.empty(), List.of());
        }
        if (Platform.isWindows()) {
            // What a DLL needs is not read here; the folder's name tells the CUDA version, ONNX Runtime the rest.
            return new LibraryNeeds(RuntimeFolder.of(library.resolveSibling("")).map(RuntimeFolder::cuda), List.of());
        }
        return LibraryNeeds.of(provider);
    }

    private static RuntimeFinding unusable(String path, Origin origin, Throwable failure) {
        return new RuntimeFinding(
                path,
                origin,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.of(Problem.of(failure)));
    }
}
