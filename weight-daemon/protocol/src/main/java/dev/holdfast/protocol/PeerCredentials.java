package dev.holdfast.protocol;

import java.io.IOException;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketCredentials;
import org.newsclub.net.unix.FileDescriptorCast;

/**
 * Who is on the other side of a Unix socket, as the kernel noted when it connected or began to listen
 * ({@code SO_PEERCRED}, {@code SO_PEERGROUPS}; unix(7), socket(7)).
 *
 * @param pid its process; -1 where the system can't tell
 * @param uid its effective user
 * @param gid its effective group
 * @param groups its supplementary groups and {@code gid}, ascending; only {@code gid} where the system can't tell
 */
public record PeerCredentials(long pid, long uid, long gid, List<Long> groups) {
    public PeerCredentials {
        groups = List.copyOf(groups);
    }

    static PeerCredentials of(AFUNIXSocketChannel channel) throws IOException {
        AFUNIXSocketCredentials credentials = channel.getPeerCredentials();
        if (credentials == null || credentials.isEmpty()) {
            throw new IOException("the system does not say who is on the other side of the socket");
        }
        SortedSet<Long> groups = new TreeSet<>();
        for (long group : credentials.getGids()) {
            groups.add(group);
        }
        groups.addAll(SocketCalls.peerGroups(
                FileDescriptorCast.using(channel.getFileDescriptor()).as(Integer.class)));
        return new PeerCredentials(
                credentials.getPid(), credentials.getUid(), credentials.getGid(), List.copyOf(groups));
    }

    /** Who it is in words, for messages and logs. */
    @Override
    public String toString() {
        return "process " + pid + " of user " + uid + " (groups " + groups + ")";
    }
}
