package dev.holdfast.onnxruntime;

import com.sun.jna.Function;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import dev.holdfast.natives.LibraryFile;
import dev.holdfast.natives.LibraryResource;
import dev.holdfast.natives.NativesDirectory;
import dev.holdfast.natives.NativesException;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * ONNX Runtime's native library, loaded for the life of the process. Any thread.
 *
 * <p>It is the one in the official jar on the class path, unpacked once (see {@link NativesDirectory}), or another build,
 * named by {@link #PATH_PROPERTY} or by another process.
 */
public final class OnnxRuntime {
    /** System property: the library file, or the folder with it, of another build of ONNX Runtime. */
    public static final String PATH_PROPERTY = "holdfast.onnxruntime.path";

    private static final Pattern VERSION = Pattern.compile("1\\.(\\d+)\\..*");
    /** By the setting that chose it, so that the unpacked file is checked once per process. */
    private static final Map<String, OnnxRuntime> CHOSEN = new ConcurrentHashMap<>();

    private static final Map<Path, OnnxRuntime> LOADED = new ConcurrentHashMap<>();

    private final Path library;
    /** Kept because JNA unloads a library that nobody refers to, whatever still points into it. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final NativeLibrary loaded;

    private final String version;
    private final OrtApi api;
    private final NativeLog log = new NativeLog();

    private OnnxRuntime(Path library, NativeLibrary loaded, String version, OrtApi api) {
        this.library = library;
        this.loaded = loaded;
        this.version = version;
        this.api = api;
    }

    /** The absolute path that {@link #PATH_PROPERTY} has; empty if it is not set. */
    public static Optional<Path> named() {
        String path = System.getProperty(PATH_PROPERTY, "");
        return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path).toAbsolutePath());
    }

    /**
     * The library that {@link #PATH_PROPERTY} names, else the one in the jar.
     *
     * @throws OnnxRuntimeLoadException if there is none, it can't be unpacked, or it can't be used
     */
    public static OnnxRuntime load() {
        return CHOSEN.computeIfAbsent(
                System.getProperty(PATH_PROPERTY, ""),
                path -> load(
                        path.isEmpty() ? unpacked() : libraryIn(Path.of(path), "-D" + PATH_PROPERTY + "=" + path)));
    }

    /**
     * The library that another process says it uses. Loaded only if nobody but root and this process's user can have
     * written it, since what is loaded runs with this process's rights.
     *
     * @param path its file, or the folder with it
     * @throws OnnxRuntimeLoadException if it is not there, others may write it, or it can't be used
     */
    public static OnnxRuntime loadTold(Path path) {
        Path file = libraryIn(path, "told to use " + path + " (-D" + PATH_PROPERTY + " names a copy elsewhere)");
        try {
            // Where a link leads to: from there come the providers' libraries as well.
            Path real = file.toRealPath();
            NativesDirectory.requireTrusted(real.resolveSibling(""));
            return load(real);
        } catch (NativesException e) {
            throw new OnnxRuntimeLoadException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw new OnnxRuntimeLoadException("can't read " + file + " (" + e + ")", e);
        }
    }

    /**
     * The library in that file; the same object for the same file.
     *
     * @throws OnnxRuntimeLoadException if it can't be loaded, is not ONNX Runtime or too old
     */
    public static OnnxRuntime load(Path file) {
        try {
            return LOADED.computeIfAbsent(file.toRealPath(), OnnxRuntime::open);
        } catch (IOException e) {
            throw new OnnxRuntimeLoadException("can't read " + file + " (" + e + ")", e);
        }
    }

    /** Its version, as {@code OrtApiBase::GetVersionString} gives it, such as {@code 1.29.0}. */
    public String version() {
        return version;
    }

    /** The file it was loaded from. */
    public Path library() {
        return library;
    }

    /** The execution providers it was built with, most specific first; their own libraries may still be missing. */
    public List<String> providers() {
        PointerByReference names = new PointerByReference();
        IntByReference count = new IntByReference();
        api.call(OrtFunction.GET_AVAILABLE_PROVIDERS, names, count);
        Pointer array = names.getValue();
        try {
            return Stream.of(array.getPointerArray(0, count.getValue()))
                    .map(NativeText::read)
                    .toList();
        } finally {
            api.call(OrtFunction.RELEASE_AVAILABLE_PROVIDERS, array, count.getValue());
        }
    }

    /**
     * Loads the CUDA provider's library and those it needs, which the first session on a device would otherwise wait for.
     *
     * @throws OnnxRuntimeLoadException if this build has none, or a library that it needs is missing
     */
    public void preloadCuda() {
        requireCuda();
        try {
            CudaProviderOptions.create(this, Map.of()).close();
        } catch (OnnxRuntimeException e) {
            throw MissingLibrary.explain(this, e);
        }
    }

    /** @throws OnnxRuntimeLoadException if it was built without the CUDA provider */
    void requireCuda() {
        List<String> providers = providers();
        if (!providers.contains(ExecutionProvider.CUDA_NAME)) {
            throw new OnnxRuntimeLoadException(
                    library + " (ONNX Runtime " + version + ") was built for " + providers
                            + " only; name a build for CUDA" + " with -D" + PATH_PROPERTY,
                    null);
        }
    }

    OrtApi api() {
        return api;
    }

    NativeLog log() {
        return log;
    }

    private static Path unpacked() {
        NativePlatform platform = NativePlatform.current();
        URL url = OnnxRuntime.class.getResource(platform.resource());
        if (url == null) {
            throw new OnnxRuntimeLoadException(
                    platform.resource() + " is not on the class path; add com.microsoft.onnxruntime:onnxruntime, or"
                            + " name a build of your own with -D" + PATH_PROPERTY,
                    null);
        }
        try {
            return LibraryFile.unpack(
                    LibraryResource.at(url),
                    "onnxruntime-" + platform.name(),
                    platform.libraryName(),
                    NativesDirectory.locate());
        } catch (NativesException e) {
            throw new OnnxRuntimeLoadException("ONNX Runtime: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new OnnxRuntimeLoadException("can't read " + url + " (" + e + ")", e);
        }
    }

    static Path libraryIn(Path path, String why) {
        Path file = Files.isDirectory(path) ? libraryOf(path) : path;
        if (!Files.isRegularFile(file)) {
            throw new OnnxRuntimeLoadException(why + ": there is no library " + file, null);
        }
        return file;
    }

    /** Some builds come with the library under its SONAME alone. */
    private static Path libraryOf(Path folder) {
        Path plain = folder.resolve(NativePlatform.current().libraryName());
        Path versioned = folder.resolve(NativePlatform.current().libraryName() + ".1");
        return !Files.exists(plain) && Files.exists(versioned) ? versioned : plain;
    }

    private static OnnxRuntime open(Path file) {
        Telemetry.optOut();
        try {
            NativeLibrary loaded = NativeLibrary.getInstance(file.toString());
            Pointer base = loaded.getFunction("OrtGetApiBase").invokePointer(new Object[0]);
            return bind(file, loaded, base);
        } catch (UnsatisfiedLinkError e) {
            throw new OnnxRuntimeLoadException(
                    file + " can't be loaded or is not ONNX Runtime; if its folder forbids execution, name another with"
                            + " -D" + NativesDirectory.PROPERTY + ": " + e.getMessage(),
                    e);
        }
    }

    /** {@code struct OrtApiBase { const OrtApi* GetApi(uint32_t); const char* GetVersionString(); }} */
    private static OnnxRuntime bind(Path file, NativeLibrary loaded, Pointer base) {
        Pointer text =
                Function.getFunction(base.getPointer(Native.POINTER_SIZE)).invokePointer(new Object[0]);
        String version = text == null ? "none" : NativeText.read(text);
        requireUsable(file, version);
        Pointer table = Function.getFunction(base.getPointer(0)).invokePointer(new Object[] {OrtApi.VERSION});
        if (table == null) {
            throw unusable(file, version);
        }
        return new OnnxRuntime(file, loaded, version, new OrtApi(table));
    }

    /** Checked ahead of {@code GetApi}, which complains on standard error when it is asked for too much. */
    static void requireUsable(Path file, String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches() || Integer.parseInt(matcher.group(1)) < OrtApi.VERSION) {
            throw unusable(file, version);
        }
    }

    private static OnnxRuntimeLoadException unusable(Path file, String version) {
        return new OnnxRuntimeLoadException(
                file + " is ONNX Runtime " + version + "; Holdfast needs 1." + OrtApi.VERSION + " or a later 1.x",
                null);
    }
}
