package dev.holdfast.control;

import java.nio.file.Path;

/** A process that holds the lock in the file given, says so, and ends with its input. */
final class LifeLockHolder {
    private LifeLockHolder() {}

    public static void main(String[] arguments) throws Exception {
        LifeLock.hold(Path.of(arguments[0]));
        System.out.println("held");
        System.in.readAllBytes();
        System.exit(0);
    }
}
