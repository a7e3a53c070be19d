package dev.holdfast.daemon.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * Whether the process ids that the holder tells and those that NVML tells are of one pid namespace. The holder's are of its
 * own. NVML's are of the caller's with recent drivers, which leave out what is not visible there; older ones tell the host's,
 * or none, in containers.
 *
 * @param onHost whether this process is in the machine's first pid namespace, where all processes are visible
 * @param holderIsHere whether the kernel gives this process the same id of the holder as the holder itself
 * @param exists whether there is a process of that id here
 */
record PidView(boolean onHost, boolean holderIsHere, LongPredicate exists) {
    /** {@code PROC_PID_INIT_INO} of the kernel's {@code proc_ns.h}; see pid_namespaces(7). */
    private static final String FIRST_NAMESPACE = "pid:[4026531836]";

    /** Of this process. */
    static PidView of(boolean holderIsHere) {
        return new PidView(isOnHost(), holderIsHere, pid -> ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .isPresent());
    }

    private static boolean isOnHost() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .equals(FIRST_NAMESPACE);
        } catch (IOException | UnsupportedOperationException e) {
            return false; // Then nothing is taken for granted.
        }
    }

    /**
     * Why shares can't be told apart by process id.
     *
     * @param told the ids that NVML told
     */
    Optional<String> obstacle(Set<Long> told) {
        if (!holderIsHere) {
            return Optional.of("the holder is in another pid namespace than this command: ask beside the holder");
        }
        if (onHost) {
            return Optional.empty();
        }
        if (told.isEmpty()) {
            return Optional.of("NVML names no process in this pid namespace (a container): ask on the host");
        }
        return told.stream()
                .filter(pid -> !exists.test(pid))
                .findFirst()
                .map(pid -> "NVML names process " + pid
                        + ", which is of another pid namespace (a container): ask on the" + " host");
    }
}
