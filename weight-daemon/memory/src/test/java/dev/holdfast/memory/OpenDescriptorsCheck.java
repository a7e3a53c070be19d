package dev.holdfast.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves an {@link OwnedDescriptor}, {@link Mapping} or {@link SharedCounter} open, or, on Linux, a
 * descriptor of a regular file or memfd that the JVM itself did not open.
 *
 * <p>Use it by {@code @ExtendWith(OpenDescriptorsCheck.class)}; tests of the class must not run in parallel. What other
 * threads of the test close may lag behind it, so it waits up to five seconds.
 */
public final class OpenDescriptorsCheck implements BeforeEachCallback, AfterEachCallback {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(OpenDescriptorsCheck.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** What the JVM, its libraries and the test runner open on their own account, some of it late. */
    private static final Pattern OF_THE_JVM = Pattern.compile(
            ".*(\\.jar|\\.jmod|\\.so[.\\d]*|\\.class|\\.log|/modules|/surefire[^/]*)|/(dev|proc|sys|etc)/.*");

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        context.getStore(NAMESPACE).put("open", Snapshot.now());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Snapshot before = context.getStore(NAMESPACE).remove("open", Snapshot.class);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        AssertionError leak = before.leakedSince();
        while (leak != null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            leak = before.leakedSince();
        }
        if (leak != null) {
            throw leak;
        }
    }

    private static Map<String, String> openFiles() throws IOException {
        Map<String, String> files = new HashMap<>();
        if (Files.isDirectory(DESCRIPTORS)) {
            try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
                descriptors.forEach(descriptor -> add(descriptor, files));
            }
        }
        return files;
    }

    private static void add(Path descriptor, Map<String, String> files) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            if (target.startsWith("/") && !OF_THE_JVM.matcher(target).matches()) {
                files.put(descriptor.getFileName().toString(), target);
            }
        } catch (IOException e) {
            files.remove(descriptor.getFileName().toString()); // closed since it was listed
        }
    }

    /** What is open at one moment. */
    record Snapshot(Map<Object, Throwable> owners, Map<String, String> files) {
        static Snapshot now() throws IOException {
            OpenOwners.track();
            return new Snapshot(OpenOwners.open(), openFiles());
        }

        /** What a test that started then has left open; null if nothing. */
        @Nullable
        AssertionError leakedSince() throws IOException {
            Map<Object, Throwable> leakedOwners = new HashMap<>(OpenOwners.open());
            leakedOwners.keySet().removeAll(owners.keySet());
            Map<String, String> leakedFiles = openFiles();
            leakedFiles.entrySet().removeAll(files.entrySet());
            if (leakedOwners.isEmpty() && leakedFiles.isEmpty()) {
                return null;
            }
            AssertionError leak =
                    new AssertionError("the test left open: " + leakedOwners.keySet() + ", descriptors " + leakedFiles);
            leakedOwners.values().forEach(leak::addSuppressed);
            return leak;
        }
    }
}
