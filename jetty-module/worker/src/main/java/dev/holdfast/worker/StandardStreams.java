package dev.holdfast.worker;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;

/**
 * Duplicates of standard output and error, made before the inherited channel is closed: the JDK then puts {@code /dev/null} in
 * their place (as inetd's children have the connection there), and a worker that retires would log no more.
 */
final class StandardStreams {
    private static final int[] KEPT = {1, 2};

    private final Functions c = Native.load(Platform.C_LIBRARY_NAME, Functions.class);
    private final int[] duplicates = new int[KEPT.length];

    private StandardStreams() {}

    /** The functions as {@code unistd.h} declares them. */
    interface Functions extends Library {
        int dup(int descriptor);

        int dup2(int from, int to);

        int close(int descriptor);
    }

    static StandardStreams keep() {
        StandardStreams streams = new StandardStreams();
        for (int i = 0; i < KEPT.length; i++) {
            streams.duplicates[i] = streams.c.dup(KEPT[i]);
        }
        return streams;
    }

    /** Puts them back and lets the duplicates go; once. */
    void restore() {
        for (int i = 0; i < KEPT.length; i++) {
            c.dup2(duplicates[i], KEPT[i]);
            c.close(duplicates[i]);
        }
    }
}
