package dev.holdfast.worker;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads the classes of ours, and of the CUDA driver's binding, that a worker may need, without running any of them. */
final class WorkerClasses {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerClasses.class);
    private static final String SUFFIX = ".class";

    /** All of the installation's but those that the holder and the arbiter have for themselves. */
    private static final List<String> PACKAGES = List.of(
            "dev/holdfast/natives/",
            "dev/holdfast/memory/",
            "dev/holdfast/onnxruntime/",
            "dev/holdfast/protocol/",
            "dev/holdfast/engine/",
            "dev/holdfast/inference/",
            "dev/holdfast/control/",
            "dev/holdfast/jetty/",
            "dev/holdfast/worker/",
            "jcuda/driver/");

    private static final Pattern JCUDA = Pattern.compile("jcuda/[^/]+");

    private WorkerClasses() {}

    static void load() throws IOException {
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            String name = new File(entry).getName();
            if (name.startsWith("holdfast-") || name.startsWith("jcuda-")) {
                loadFrom(entry);
            }
        }
    }

    private static void loadFrom(String file) throws IOException {
        try (JarFile jar = new JarFile(file)) {
            jar.stream()
                    .map(JarEntry::getName)
                    .filter(WorkerClasses::isNeeded)
                    .map(name ->
                            name.substring(0, name.length() - SUFFIX.length()).replace('/', '.'))
                    .forEach(WorkerClasses::load);
        }
    }

    private static boolean isNeeded(String name) {
        return name.endsWith(SUFFIX)
                && !name.endsWith("package-info.class")
                && (PACKAGES.stream().anyMatch(name::startsWith)
                        || JCUDA.matcher(name).matches());
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, WorkerClasses.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            // Some extend what only other servers have.
            LOG.debug("{} can't be loaded", name, e);
        }
    }
}
