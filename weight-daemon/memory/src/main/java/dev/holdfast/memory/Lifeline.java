package dev.holdfast.memory;

import java.io.IOException;

/**
 * The pipe between a process that owns memory and all who use it: each side learns from the kernel when the other is gone,
 * however it ended.
 *
 * <p>The owner keeps the end to write to; every user has a copy of the end to read from, which travels as an arena's
 * descriptor does. Nothing is ever written: poll(2) tells the owner when the last copy is closed, and each user when the
 * owner has ended (pipe(7), {@code POLLERR} and {@code POLLHUP}). Linux only. Used by one thread.
 */
public final class Lifeline implements AutoCloseable {
    private static final int WITHOUT_LIMIT = -1;

    private final OwnedDescriptor usersEnd;
    private final OwnedDescriptor ownersEnd;

    private Lifeline(OwnedDescriptor usersEnd, OwnedDescriptor ownersEnd) {
        this.usersEnd = usersEnd;
        this.ownersEnd = ownersEnd;
    }

    /**
     * A new one of this process.
     *
     * @throws NativeCallException if the process has too many descriptors
     */
    public static Lifeline create() {
        int[] ends = LibC.pipe();
        return new Lifeline(OwnedDescriptor.owning(ends[0]), OwnedDescriptor.owning(ends[1]));
    }

    /**
     * What users are given a copy of; this process's own counts as one as well.
     *
     * @throws IllegalStateException once {@link #giveAway()} has been called
     */
    public OwnedDescriptor usersEnd() {
        return usersEnd;
    }

    /** Closes this process's own copy of the users' end, so that only the users' count; further calls do nothing. */
    public void giveAway() {
        usersEnd.close();
    }

    /** Whether nobody has the users' end any more. */
    public boolean isAbandoned() {
        return LibC.isOtherEndClosed(ownersEnd.value(), 0);
    }

    /** Waits, without limit, until nobody has the users' end any more. */
    public void awaitAbandoned() {
        boolean abandoned = false;
        while (!abandoned) {
            abandoned = LibC.isOtherEndClosed(ownersEnd.value(), WITHOUT_LIMIT);
        }
    }

    /**
     * Whether the owner lives, asked by a user.
     *
     * @param usersEnd a copy of its {@link #usersEnd()}; stays the caller's
     */
    public static boolean isOwnerAlive(OwnedDescriptor usersEnd) {
        return !usersEnd.<Boolean>use(end -> LibC.isOtherEndClosed(end, 0));
    }

    /**
     * Checks what came as the users' end of another process's lifeline.
     *
     * @throws ArenaException if it can't be one; the descriptor stays the caller's
     */
    public static void check(OwnedDescriptor usersEnd) {
        try {
            if (!usersEnd.attributes().isOther()) {
                throw new ArenaException(usersEnd + " is no lifeline: it is a file or directory, not a pipe");
            }
        } catch (IOException e) {
            throw new ArenaException(usersEnd + " is no lifeline: " + e.getMessage(), e);
        }
    }

    /** Ends it: to users, the owner has ended. Further calls do nothing. */
    @Override
    public void close() {
        usersEnd.close();
        ownersEnd.close();
    }
}
