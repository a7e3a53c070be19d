package dev.holdfast.daemon.doctor;

import java.util.List;
import java.util.Optional;

/**
 * A build of ONNX Runtime.
 *
 * @param path its folder or library file
 * @param origin how it was found
 * @param version ONNX Runtime's, or that of the artifact; empty if it could not be asked
 * @param cuda the major version of CUDA that it needs; empty if it is for the processor alone
 * @param providers the execution providers it was built with, if it was loaded
 * @param needs the libraries of CUDA and cuDNN that its CUDA provider needs
 * @param problem why it can't be used at all
 */
public record RuntimeFinding(
        String path,
        Origin origin,
        Optional<String> version,
        Optional<Integer> cuda,
        List<String> providers,
        List<LibraryNeed> needs,
        Optional<String> problem) {
    /** How a build is found; in the order in which they are chosen for CUDA. */
    public enum Origin {
        /** Named by {@code holdfast.onnxruntime.path}: then no other is looked at. */
        PROPERTY,
        /** Brought by {@code holdfast natives}. */
        INSTALLED,
        /** In the jar on the class path; for the processor alone. */
        BUNDLED
    }

    public RuntimeFinding {
        providers = List.copyOf(providers);
        needs = List.copyOf(needs);
    }

    /** Whether it can compute on a CUDA device, given a driver that serves it. */
    boolean computesOnCuda() {
        return cuda.isPresent() && problem.isEmpty() && missing().isEmpty();
    }

    List<LibraryNeed> missing() {
        return needs.stream().filter(need -> !need.found()).toList();
    }
}
