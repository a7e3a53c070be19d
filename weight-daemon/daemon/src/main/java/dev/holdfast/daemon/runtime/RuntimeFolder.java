package dev.holdfast.daemon.runtime;

import com.sun.jna.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A build of ONNX Runtime for CUDA in an installation.
 *
 * @param path the folder with its libraries
 * @param version ONNX Runtime's, or that of the artifact it came in
 * @param cuda the major version of CUDA that it needs
 */
public record RuntimeFolder(Path path, String version, int cuda) {
    static final String PREFIX = "onnxruntime-";
    static final String CUDA = "-cuda";

    private static final Pattern NAME = Pattern.compile(PREFIX + "(\\d[\\w.-]*)" + CUDA + "(\\d+)");

    /** All complete ones directly below {@code natives}; of the newest CUDA first. */
    public static List<RuntimeFolder> in(Path natives) throws IOException {
        if (!Files.isDirectory(natives)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(natives)) {
            return folders.flatMap(folder -> of(folder).stream())
                    .filter(RuntimeFolder::isComplete)
                    .sorted(Comparator.comparingInt(RuntimeFolder::cuda)
                            .thenComparing(RuntimeFolder::version)
                            .reversed())
                    .toList();
        }
    }

    /** What the folder's name says, if it is one of these. */
    public static Optional<RuntimeFolder> of(Path folder) {
        Matcher matcher = NAME.matcher(String.valueOf(folder.getFileName()));
        return matcher.matches()
                ? Optional.of(new RuntimeFolder(folder, matcher.group(1), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** The names of its libraries, as ONNX Runtime looks for them: itself, and two for its CUDA provider. */
    public static List<String> libraries() {
        return Stream.of("onnxruntime", "onnxruntime_providers_shared", "onnxruntime_providers_cuda")
                .map(name -> Platform.isWindows() ? name + ".dll" : "lib" + name + ".so")
                .toList();
    }

    /** ONNX Runtime's own library. */
    public Path library() {
        return path.resolve(libraries().get(0));
    }

    /** The library of the CUDA provider, which needs CUDA's and cuDNN's. */
    public Path cudaProvider() {
        return path.resolve(libraries().get(2));
    }

    boolean isComplete() {
        return libraries().stream().allMatch(name -> Files.isRegularFile(path.resolve(name)));
    }
}
