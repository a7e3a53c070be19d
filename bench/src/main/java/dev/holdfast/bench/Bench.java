package dev.holdfast.bench;

import dev.holdfast.bench.http.DriveCommand;
import dev.holdfast.memory.ArenaLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code bench/run}. */
@Command(
        name = "bench/run",
        description = "Measures the weight daemon and the inference over its weights.",
        mixinStandardHelpOptions = true,
        scope = CommandLine.ScopeType.INHERIT,
        usageHelpAutoWidth = true,
        subcommands = {
            FillCommand.class,
            LoadCommand.class,
            AttachCommand.class,
            FootprintCommand.class,
            ChurnCommand.class,
            EngineCommand.class,
            RowsCommand.class,
            HttpCommand.class,
            MemoryCommand.class,
            DriveCommand.class,
            ServeCommand.class
        })
final class Bench {
    private Bench() {}

    /** Runs one command and exits: 0 measured, 1 failed or a check did not hold, 2 wrong options. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Bench())
                .registerConverter(ArenaLayout.class, ArenaLayout::of)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    failure.printStackTrace();
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments));
    }

    /** Where files in memory go unless told otherwise. */
    static Path memoryDirectory() {
        Path shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    }
}
