package dev.holdfast.daemon.cli;

import dev.holdfast.daemon.maven.MavenJars;
import dev.holdfast.daemon.runtime.CudaRuntime;
import dev.holdfast.daemon.runtime.InstallationFolder;
import dev.holdfast.daemon.runtime.PublishedRuntimes;
import dev.holdfast.daemon.runtime.RuntimeFolder;
import dev.holdfast.daemon.runtime.RuntimeInstall;
import dev.holdfast.onnxruntime.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast natives}: ONNX Runtime for CUDA, brought into the installation. */
@Command(name = "natives", description = "Fetches ONNX Runtime for CUDA from Maven Central into the installation.")
@SuppressWarnings("NullAway.Init") // picocli sets the fields.
final class NativesCommand implements Callable<Integer> {
    @Option(
            names = "--cuda",
            paramLabel = "12|13",
            required = true,
            description = "The CUDA version that is, or will be, on this machine; `holdfast doctor` tells.")
    private int cuda;

    @Option(
            names = "--to",
            paramLabel = "DIR",
            description = "Folder to unpack into; otherwise the installation's natives folder.")
    private Optional<Path> to = Optional.empty();

    @Option(
            names = "--jar",
            paramLabel = "FILE",
            description = "The artifact's jar; otherwise it is looked up in the local Maven repository, or fetched"
                    + " with mvn.")
    private Optional<Path> jar = Optional.empty();

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        PublishedRuntimes published = PublishedRuntimes.known();
        CudaRuntime runtime = published.forThisSystem(cuda);
        RuntimeFolder installed = new RuntimeInstall(runtime, MavenJars.ofThisUser(published.dependencyPlugin()))
                .into(to.orElseGet(InstallationFolder::natives), jar);
        command.commandLine()
                .getOut()
                .println("ONNX Runtime " + installed.version() + " for CUDA " + installed.cuda() + " is in "
                        + installed.path() + use(installed));
        command.commandLine().getOut().flush();
        return ExitCode.DONE;
    }

    private String use(RuntimeFolder installed) {
        return to.isEmpty()
                ? "; the holder finds it there, and workers learn it from the holder"
                : "; start the holder with -D" + OnnxRuntime.PATH_PROPERTY + "=" + installed.path()
                        + ", and workers learn it from the holder";
    }
}
