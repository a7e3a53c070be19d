package dev.holdfast.memory.cuda;

import dev.holdfast.memory.cuda.CudaUnavailableException.Reason;
import dev.holdfast.natives.LibraryFile;
import dev.holdfast.natives.LibraryResource;
import dev.holdfast.natives.NativesDirectory;
import dev.holdfast.natives.NativesException;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import jcuda.LogLevel;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Loads JCuda's native libraries from a file that is complete and nobody else's.
 *
 * <p>JCuda unpacks to a fixed name in {@code java.io.tmpdir} and loads whatever it finds there: a file that another
 * process is still writing, or that was left truncated, crashes the JVM. It is led to a file that was unpacked safely
 * by naming that file's folder in {@code java.io.tmpdir} while it loads, since it asks for nothing else. The JDK itself
 * reads that property once, at start.
 */
final class JCudaLibrary {
    private JCudaLibrary() {}

    /**
     * Loads the binding of the driver; needs the driver's library.
     *
     * @throws CudaUnavailableException if the binding can't be unpacked or loaded
     */
    static void loadDriver() {
        load("JCudaDriver", () -> JCudaDriver.setLogLevel(LogLevel.LOG_QUIET));
    }

    /**
     * @param base the library's name without version and platform
     * @param touch initialises the class that loads it
     */
    static void load(String base, Runnable touch) {
        String library = LibUtils.createPlatformLibraryName(base + "-" + JCudaVersion.get());
        try {
            loadFrom(unpacked(LibUtils.createLibraryFileName(library)), touch);
        } catch (LinkageError e) {
            throw unavailable(
                    library + " can't be loaded (" + e.getMessage() + "); if another web application has"
                            + " loaded it, put JCuda's jars in the class loader that both share, and if its folder forbids"
                            + " execution, name another with -D" + NativesDirectory.PROPERTY,
                    e);
        } catch (NativesException e) {
            throw unavailable(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unavailable("can't read " + library + " from its jar (" + e + ")", e);
        }
    }

    /** One at a time for the whole process, whatever class loaders there are: the property is everybody's. */
    private static void loadFrom(Path file, Runnable touch) {
        synchronized (Runtime.getRuntime()) {
            String before =
                    System.setProperty("java.io.tmpdir", file.resolveSibling("").toString());
            try {
                touch.run();
            } finally {
                System.setProperty("java.io.tmpdir", before);
            }
        }
    }

    private static Path unpacked(String fileName) throws IOException {
        URL url = JCudaDriver.class.getResource("/lib/" + fileName);
        if (url == null) {
            throw unavailable(
                    fileName + " is not on the class path; add org.jcuda:jcuda-natives:" + JCudaVersion.get()
                            + " for this platform, or use host memory (--device cpu)",
                    null);
        }
        return LibraryFile.unpack(LibraryResource.at(url), "jcuda", fileName, NativesDirectory.locate());
    }

    private static CudaUnavailableException unavailable(String message, @Nullable Throwable cause) {
        return new CudaUnavailableException(Reason.BINDING_MISSING, "JCuda: " + message, cause);
    }
}
