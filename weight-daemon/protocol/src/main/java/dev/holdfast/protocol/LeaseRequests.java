package dev.holdfast.protocol;

import dev.holdfast.memory.OwnedDescriptor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ways to come by a {@link Lease}. */
final class LeaseRequests {
    private static final long PAUSE_MILLIS = 20;

    private LeaseRequests() {}

    /** Asks again and again until the wait is over, since the holder waits only so long for one request. */
    static Lease lease(
            Path socket,
            Duration timeout,
            String model,
            VersionSelector selector,
            Duration wait,
            Optional<RuntimeIdentity> runtime) {
        Deadline deadline = wait.isNegative() ? Deadline.NEVER : Deadline.after(wait);
        ClientConnection connection = ClientConnection.open(socket, timeout);
        try {
            while (true) {
                long millis = nextWait(deadline);
                LeaseRequest request = new LeaseRequest(model, selector, millis, runtime);
                Optional<Lease> lease = ask(connection, request, millis == 0 || deadline.isOver());
                if (lease.isPresent()) {
                    return lease.get();
                }
                pause();
            }
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** Short beside the holder's own waiting; only keeps a holder that answers at once from being flooded. */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConnectionLostException("interrupted while waiting for a lease", e);
        }
    }

    private static long nextWait(Deadline deadline) {
        long left = Duration.ofNanos(deadline.remainingNanos()).toMillis();
        return Math.min(left, LeaseRequest.LONGEST_WAIT_MILLIS);
    }

    /** Empty if nothing was available, but asking again may help. */
    private static Optional<Lease> ask(ClientConnection connection, LeaseRequest request, boolean last) {
        Duration limit = ClientConnection.ANSWER_LIMIT.plusMillis(request.waitMillis());
        try (Frame frame = connection.ask(request, List.of(), limit)) {
            return Optional.of(Lease.granted(connection, frame));
        } catch (RefusedException e) {
            if (e.code() == RefusalCode.LEASE_UNAVAILABLE && !last) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** The holder recomputes the digest before it answers, which takes as long as the arena is large. */
    static Lease offer(Path socket, Duration timeout, Manifest manifest, List<OwnedDescriptor> descriptors) {
        ClientConnection connection = ClientConnection.open(socket, timeout);
        Offer offer = new Offer(manifest, Optional.empty());
        try (Frame frame = connection.ask(offer, descriptors, FrameConnection.UNLIMITED)) {
            if (!ClientConnection.expect(frame, Granted.class).manifest().equals(manifest)) {
                throw new ProtocolException("the holder granted another version than the one offered");
            }
            return Lease.granted(connection, frame);
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }
}
