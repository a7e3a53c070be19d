package dev.holdfast.memory;

import com.sun.jna.Library;
import com.sun.jna.Native;

/** Leaves its session twice; says each time whether it has, and its process group. */
final class SessionLeaver {
    private SessionLeaver() {}

    /** {@code unistd.h}. */
    interface Groups extends Library {
        int getpgrp();
    }

    public static void main(String[] arguments) {
        Groups calls = Native.load("c", Groups.class);
        System.out.println(ProcessSession.leave() + " " + calls.getpgrp());
        System.out.println(ProcessSession.leave() + " " + calls.getpgrp());
    }
}
