package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.state.StateDirectory;
import dev.holdfast.protocol.PeerCredentials;
import dev.holdfast.protocol.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Who may do what: the holder's own user and root everything, members of the readers' group may lease and look.
 *
 * @param ownUid the holder's effective user
 * @param readersGid the group that may lease, if one is configured
 */
record AccessPolicy(long ownUid, Optional<Long> readersGid) {
    private static final long ROOT = 0;

    /** The policy of this process's own user, and of the readers' group that is set on the state directory. */
    static AccessPolicy of(StateDirectory directory) throws IOException {
        Path probe = directory.createTemporary("owner");
        try {
            long uid = ((Number) Files.getAttribute(probe, "unix:uid")).longValue();
            Path root = directory.layout().root();
            Optional<Long> gid = directory.access().group().isEmpty()
                    ? Optional.empty()
                    : Optional.of(((Number) Files.getAttribute(root, "unix:gid")).longValue());
            return new AccessPolicy(uid, gid);
        } finally {
            directory.removeTemporary(probe);
        }
    }

    Set<Right> rightsOf(PeerCredentials peer) {
        if (peer.uid() == ownUid || peer.uid() == ROOT) {
            return Set.of(Right.READ, Right.ADMIN);
        }
        return readersGid.filter(peer.groups()::contains).isPresent() ? Set.of(Right.READ) : Set.of();
    }
}
