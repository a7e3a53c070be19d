package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A client of the holder.
 *
 * <p>Questions go over one connection, one after another; each lease and each watch gets a connection of its own, which
 * outlives the client. Methods may be called from any thread. Besides what they say themselves, all throw
 * {@link RefusedException} if the holder says no, {@link ConnectionLostException} if it went away or does not answer,
 * after which the client is of no further use, and {@link ProtocolException} if it speaks another language.
 */
public final class HolderClient implements AutoCloseable {
    private final Path socket;
    private final Duration timeout;
    private final ClientConnection connection;

    private HolderClient(Path socket, Duration timeout) {
        this.socket = socket;
        this.timeout = timeout;
        this.connection = ClientConnection.open(socket, timeout);
    }

    /**
     * Connects and shakes hands.
     *
     * @param socket the holder's socket; see {@link SocketPath}
     * @param timeout for this and every further connection of the client
     * @throws HolderUnreachableException if no holder accepts in time; says what to do
     */
    public static HolderClient connect(Path socket, Duration timeout) {
        return new HolderClient(socket, timeout);
    }

    /**
     * Makes ready, in threads of its own, what a process's first client needs and takes long to load: for a process that is
     * about to connect. Returns at once.
     */
    public static void prepare() {
        prepare("messages", MessageCodec::prepare);
        prepare("calls", SocketCalls::prepare);
    }

    private static void prepare(String what, Runnable task) {
        Thread thread = new Thread(task, "holdfast-prepare-" + what);
        thread.setDaemon(true);
        thread.start();
    }

    /** What the holder said of itself and of this client's rights when the client connected. */
    public Welcome welcome() {
        return connection.welcome();
    }

    /** Who the holder is, as the kernel tells this process; a process of another pid namespace has another number there. */
    public PeerCredentials holder() {
        return connection.frames().peer();
    }

    /** The models and versions that the holder knows. */
    public List<ModelListing> list() {
        return ask(new ListRequest(), Listing.class).models();
    }

    /**
     * Names of the models in the holder's repository, ascending, whether or not a version of them is loaded.
     *
     * @throws RefusedException if the repository can't be read
     */
    public List<String> repository() {
        return ask(new RepositoryRequest(), RepositoryIndex.class).models();
    }

    /** How the holder is. */
    public StatusReport status() {
        return ask(new StatusRequest(), StatusReport.class);
    }

    /** Loads versions and waits until they are published, however long that takes and as long as the holder lives. */
    public Done load(String model, Optional<Long> version, boolean pin) {
        return askPatiently(new Load(model, version, pin));
    }

    /** Lets versions go; with {@code force} also those that are leased or pinned, which drain. */
    public Done unload(String model, Optional<Long> version, boolean force) {
        return askPatiently(new Unload(model, version, force));
    }

    /** Points unversioned requests to a version; without one, to the highest there is from now on. */
    public Done activate(String model, Optional<Long> version) {
        return askPatiently(new Activate(model, version));
    }

    /** Points unversioned requests back to the version that was active before. */
    public Done rollback(String model) {
        return askPatiently(new Rollback(model));
    }

    /** Keeps a version resident whatever the policy says, or ends that. */
    public Done pin(String model, long version, boolean pinned) {
        return askPatiently(new Pin(model, version, pinned));
    }

    /** Recomputes digests, however long that takes. */
    public Done verify(String model, Optional<Long> version) {
        return askPatiently(new Verify(model, version));
    }

    /**
     * Leases a version, over a connection of its own.
     *
     * @param model the model's name
     * @param selector which of its versions
     * @param wait how long to wait until one is published: zero asks once, negative waits without limit
     * @param runtime what the version is to run with; empty if it is only read
     * @return the lease, which the caller closes
     * @throws RefusedException with {@link RefusalCode#LEASE_UNAVAILABLE} if none was published in time
     */
    public Lease lease(String model, VersionSelector selector, Duration wait, Optional<RuntimeIdentity> runtime) {
        return LeaseRequests.lease(socket, timeout, model, selector, wait, runtime);
    }

    /**
     * Offers the version of a lease whose holder is gone to the holder of today, over a connection of its own.
     *
     * @param lost the lease from the former holder; it stays the caller's, who closes it
     * @return a lease on the same version from the new holder
     * @throws RefusedException with {@link RefusalCode#OFFER_REFUSED} if the holder does not adopt it
     */
    public Lease offer(Lease lost) {
        return LeaseRequests.offer(socket, timeout, lost.manifest(), lost.descriptors());
    }

    /**
     * Offers a version whose memory this process owns to a holder that has published it before, over a connection of its
     * own.
     *
     * @param manifest the version
     * @param descriptors what it travels by ({@link ArenaDescription#descriptorCount}); they stay the caller's
     * @return a lease on it, which the caller closes
     * @throws RefusedException with {@link RefusalCode#OFFER_REFUSED} if the holder does not adopt it
     */
    public Lease offer(Manifest manifest, List<OwnedDescriptor> descriptors) {
        return LeaseRequests.offer(socket, timeout, manifest, descriptors);
    }

    /**
     * Watches events, over a connection of its own.
     *
     * @param instance the holder's instance that {@code afterEvent} was heard from; empty the first time
     * @param afterEvent the last event already known; 0 for none
     */
    public HolderEvents watch(Optional<String> instance, long afterEvent) {
        return HolderEvents.open(socket, timeout, new Watch(instance, afterEvent));
    }

    private Done askPatiently(Request request) {
        synchronized (connection) {
            return connection.ask(request, Done.class, FrameConnection.UNLIMITED);
        }
    }

    private <T extends Reply> T ask(Request request, Class<T> answer) {
        synchronized (connection) {
            return connection.ask(request, answer, ClientConnection.ANSWER_LIMIT);
        }
    }

    /** Ends the client's own connection, and with it a question under way; leases and watches stay. */
    @Override
    public void close() {
        connection.close();
    }
}
