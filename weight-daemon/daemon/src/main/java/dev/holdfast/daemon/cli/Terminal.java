package dev.holdfast.daemon.cli;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** Whether a person is looking. */
final class Terminal {
    private Terminal() {}

    /**
     * Whether standard input and output are a terminal.
     *
     * <p>Until Java 21 {@link System#console()} is null if they are not; from 22 on {@code Console.isTerminal()} tells.
     */
    @SuppressWarnings("SystemConsoleNull") // Both answers are dealt with.
    static boolean isInteractive() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException beforeJava22) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("Console.isTerminal() can't be called", e);
        }
    }
}
