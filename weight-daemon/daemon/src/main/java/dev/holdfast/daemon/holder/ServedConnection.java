package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.journal.JournalException;
import dev.holdfast.memory.OwnedDescriptor;
import dev.holdfast.protocol.Fetched;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.FrameConnection;
import dev.holdfast.protocol.Hello;
import dev.holdfast.protocol.LeaseRequest;
import dev.holdfast.protocol.ListRequest;
import dev.holdfast.protocol.Offer;
import dev.holdfast.protocol.ProtocolException;
import dev.holdfast.protocol.ProtocolVersion;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Refused;
import dev.holdfast.protocol.Release;
import dev.holdfast.protocol.Reply;
import dev.holdfast.protocol.RepositoryRequest;
import dev.holdfast.protocol.Request;
import dev.holdfast.protocol.Right;
import dev.holdfast.protocol.StatusRequest;
import dev.holdfast.protocol.Watch;
import dev.holdfast.protocol.Welcome;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: handshake, then one request after the other until either side ends it.
 *
 * <p>Runs in a thread of its own. Whatever goes wrong costs this connection only; a lease it has ends with it.
 */
final class ServedConnection implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ServedConnection.class);

    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);
    private static final Duration FRAME_LIMIT = Duration.ofSeconds(10);
    private static final Duration SEND_LIMIT = Duration.ofSeconds(10);

    /** What a reader may ask; everything else needs the admin right. */
    private static final Set<Class<? extends Request>> READER_REQUESTS = Set.of(
            ListRequest.class,
            RepositoryRequest.class,
            StatusRequest.class,
            LeaseRequest.class,
            Release.class,
            Offer.class,
            Watch.class);

    private final FrameConnection connection;
    private final Set<Right> rights;
    private final Holder holder;
    private Peer peer;
    private @Nullable OpenLease lease;
    private EventLog.@Nullable Subscription subscription;

    ServedConnection(FrameConnection connection, Set<Right> rights, Holder holder) {
        this.connection = connection;
        this.rights = rights;
        this.holder = holder;
        this.peer = new Peer(connection.peer().pid(), connection.peer().uid(), "");
    }

    @Override
    public void run() {
        try (connection) {
            serveOrSayWhyNot();
        } catch (SocketTimeoutException e) {
            LOG.warn("{} is too slow and is disconnected: {}", peer, e.getMessage());
        } catch (IOException e) {
            // The other side is gone, which is how leases end.
            LOG.debug("connection of {} ended", peer, e);
        } catch (RuntimeException | Error e) {
            LOG.error("connection of {} failed", peer, e);
        } finally {
            endLease();
            endSubscription();
        }
    }

    /** A stranger is refused before it has said a word, so that it can't keep a connection open. */
    private void serveOrSayWhyNot() throws IOException {
        try {
            if (isPermitted() && handshake()) {
                serveUntilEnd();
            }
        } catch (ProtocolException e) {
            LOG.warn("{} broke the protocol and is disconnected: {}", peer, e.getMessage());
            sendLast(new Refused(RefusalCode.BAD_FRAME, Objects.requireNonNull(e.getMessage())));
        }
    }

    private boolean isPermitted() throws IOException {
        if (rights.contains(Right.READ)) {
            // Read here, not while accepting: a process can make reading its command line take for ever.
            peer = Peer.of(peer.pid(), peer.uid());
            return true;
        }
        LOG.warn("{} refused: neither the holder's user, nor root, nor in the readers' group", connection.peer());
        send(new Refused(
                RefusalCode.NOT_PERMITTED,
                "user " + peer.uid() + " may not lease here; run as the holder's user, or join its --readers-group"));
        return false;
    }

    private boolean handshake() throws IOException {
        Optional<Frame> first = connection.receive(HANDSHAKE_LIMIT, HANDSHAKE_LIMIT);
        if (first.isEmpty()) {
            return false;
        }
        try (Frame frame = first.get()) {
            if (!(frame.message() instanceof Hello hello) || frame.descriptorCount() > 0) {
                throw new ProtocolException("a connection begins with Hello, without descriptors");
            }
            OptionalInt agreed = ProtocolVersion.agreeWith(hello);
            if (agreed.isEmpty()) {
                send(new Refused(
                        RefusalCode.PROTOCOL_VERSION,
                        "this holder (Holdfast " + HoldfastRelease.version() + ") speaks protocol "
                                + ProtocolVersion.OLDEST + " to " + ProtocolVersion.NEWEST + ", the client "
                                + hello.minProtocol() + " to " + hello.maxProtocol() + "; update the older one"));
                return false;
            }
            welcome(agreed.getAsInt());
            return true;
        }
    }

    private void welcome(int protocol) throws IOException {
        // Offers carry manifests, and readers offer as well.
        connection.limitBody(FrameConnection.LARGEST_BODY_BYTES);
        send(new Welcome(
                protocol,
                HoldfastRelease.version(),
                holder.instance(),
                ProcessHandle.current().pid(),
                rights,
                holder.events().last(),
                holder.runtime().map(Path::toString)));
    }

    private void serveUntilEnd() throws IOException {
        while (true) {
            Optional<Frame> next = connection.receive(FrameConnection.UNLIMITED, FRAME_LIMIT);
            if (next.isEmpty()) {
                return;
            }
            try (Frame frame = next.get()) {
                serve(frame);
            }
        }
    }

    private void serve(Frame frame) throws IOException {
        if (!(frame.message() instanceof Request request)) {
            throw new ProtocolException(
                    "a client sends requests, not " + frame.message().getClass().getSimpleName());
        }
        Optional<Reply> reply;
        try {
            requireRight(request);
            requireNoDescriptors(frame, request);
            reply = request.handledBy(new RequestTable(holder, this, frame));
        } catch (Refusal refusal) {
            LOG.info("{} of {} refused: {}", request.getClass().getSimpleName(), peer, refusal.reason());
            reply = Optional.of(refusal.toMessage());
        } catch (JournalException e) {
            LOG.error("{} of {} failed", request.getClass().getSimpleName(), peer, e);
            reply = Optional.of(new Refused(RefusalCode.STORAGE_FAILED, Objects.requireNonNull(e.getMessage())));
        } catch (RuntimeException e) {
            LOG.error("{} of {} failed", request.getClass().getSimpleName(), peer, e);
            reply = Optional.of(new Refused(RefusalCode.INTERNAL, "the holder failed: " + e + "; its log says more"));
        }
        if (reply.isPresent()) {
            send(reply.get());
        }
    }

    private void requireRight(Request request) {
        if (!rights.contains(Right.ADMIN) && !READER_REQUESTS.contains(request.getClass())) {
            LOG.warn("{} has no admin right for {}", peer, request.getClass().getSimpleName());
            throw new Refusal(
                    RefusalCode.NOT_PERMITTED,
                    "user " + peer.uid() + " may read but not change what is loaded; run as the holder's user or root");
        }
    }

    private static void requireNoDescriptors(Frame frame, Request request) {
        if (frame.descriptorCount() > 0 && !(request instanceof Offer)) {
            throw new Refusal(
                    RefusalCode.BAD_REQUEST, request.getClass().getSimpleName() + " comes without descriptors");
        }
    }

    boolean isAdmin() {
        return rights.contains(Right.ADMIN);
    }

    Peer peer() {
        return peer;
    }

    /** Sends a grant with its descriptors; from here on the connection is the lease. */
    void grant(Grant grant) {
        lease = grant.lease();
        try (grant) {
            connection.send(grant.message(holder.events().last()), grant.descriptors(), SEND_LIMIT);
        } catch (IOException e) {
            // The next receive finds the connection broken and ends it, and the lease with it.
            LOG.debug("{} went away before it had its lease", peer, e);
        } catch (RuntimeException e) {
            // Nothing was sent, so the connection may go on, but without the lease.
            endLease();
            throw e;
        }
    }

    /** Sends a version's descriptors, which stay their owner's, to a child of this holder. */
    void sendMemory(List<OwnedDescriptor> memory) {
        try {
            connection.send(new Fetched(), memory, SEND_LIMIT);
        } catch (IOException e) {
            // The next receive finds the connection broken and ends it; the job finds the child gone.
            LOG.debug("{} went away before it had its arena", peer, e);
        }
    }

    boolean hasLease() {
        return lease != null;
    }

    void endLease() {
        OpenLease ended = lease;
        lease = null;
        if (ended != null) {
            holder.leases().end(ended);
        }
    }

    /** Sends events from a thread of its own; this one goes on reading, and so notices the end. */
    void pump(EventLog.Subscription newSubscription) {
        subscription = newSubscription;
        Thread thread = new Thread(
                new EventPump(
                        newSubscription, event -> connection.send(event, List.of(), SEND_LIMIT), this::disconnect),
                "holdfast-events");
        thread.setDaemon(true);
        thread.start();
    }

    boolean isWatching() {
        return subscription != null;
    }

    private void endSubscription() {
        EventLog.Subscription ended = subscription;
        if (ended != null) {
            holder.events().end(ended);
        }
    }

    /** Ends the connection from another thread. */
    void disconnect() {
        try {
            connection.close();
        } catch (IOException e) {
            LOG.debug("connection of {} was broken already", peer, e);
        }
    }

    void send(Reply reply) throws IOException {
        connection.send(reply, List.of(), SEND_LIMIT);
    }

    private void sendLast(Reply reply) {
        try {
            send(reply);
        } catch (IOException e) {
            LOG.debug("{} did not stay for the reason", peer, e);
        }
    }
}
