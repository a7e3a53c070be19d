package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.DigestMain;
import dev.holdfast.daemon.loader.LoaderMain;

/**
 * The entries of a holder's children.
 *
 * @param loader of those that load
 * @param digester of those that digest
 */
record ChildPrograms(Class<?> loader, Class<?> digester) {
    /** Those that every holder has; tests have others, whose memory is none of a device. */
    static final ChildPrograms SHIPPED = new ChildPrograms(LoaderMain.class, DigestMain.class);
}
