package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.Activate;
import dev.holdfast.protocol.Digested;
import dev.holdfast.protocol.Done;
import dev.holdfast.protocol.FetchArena;
import dev.holdfast.protocol.Frame;
import dev.holdfast.protocol.Hello;
import dev.holdfast.protocol.LeaseRequest;
import dev.holdfast.protocol.ListRequest;
import dev.holdfast.protocol.Listing;
import dev.holdfast.protocol.Load;
import dev.holdfast.protocol.LoadFailed;
import dev.holdfast.protocol.ModelListing;
import dev.holdfast.protocol.Offer;
import dev.holdfast.protocol.Pin;
import dev.holdfast.protocol.Progress;
import dev.holdfast.protocol.RefusalCode;
import dev.holdfast.protocol.Release;
import dev.holdfast.protocol.Released;
import dev.holdfast.protocol.Reply;
import dev.holdfast.protocol.RepositoryIndex;
import dev.holdfast.protocol.RepositoryRequest;
import dev.holdfast.protocol.RequestHandler;
import dev.holdfast.protocol.Reserve;
import dev.holdfast.protocol.Reserved;
import dev.holdfast.protocol.Rollback;
import dev.holdfast.protocol.StatusRequest;
import dev.holdfast.protocol.Unload;
import dev.holdfast.protocol.Verify;
import dev.holdfast.protocol.VersionSummary;
import dev.holdfast.protocol.Watch;
import dev.holdfast.protocol.Watching;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What each request means, for one request of one connection. Returns the reply, or empty if there is none or it has
 * been sent; rights are checked before.
 */
final class RequestTable implements RequestHandler<Optional<Reply>> {
    private final Holder holder;
    private final ServedConnection connection;
    private final Frame frame;

    RequestTable(Holder holder, ServedConnection connection, Frame frame) {
        this.holder = holder;
        this.connection = connection;
        this.frame = frame;
    }

    @Override
    public Optional<Reply> hello(Hello request) {
        throw new Refusal(RefusalCode.BAD_REQUEST, "Hello comes once, at the beginning");
    }

    @Override
    public Optional<Reply> listRequest(ListRequest request) {
        return Optional.of(new Listing(holder.table().listings()));
    }

    @Override
    public Optional<Reply> repositoryRequest(RepositoryRequest request) {
        return Optional.of(new RepositoryIndex(holder.loads().repository()));
    }

    @Override
    public Optional<Reply> statusRequest(StatusRequest request) {
        return Optional.of(holder.status());
    }

    @Override
    public Optional<Reply> leaseRequest(LeaseRequest request) {
        requireFree();
        connection.grant(holder.leases().lease(request, connection.peer()));
        return Optional.empty();
    }

    private void requireFree() {
        if (connection.hasLease() || connection.isWatching()) {
            throw new Refusal(
                    RefusalCode.BAD_REQUEST, "this connection has a lease or watches already; open another one");
        }
    }

    @Override
    public Optional<Reply> release(Release request) {
        if (!connection.hasLease()) {
            throw new Refusal(RefusalCode.BAD_REQUEST, "this connection has no lease to release");
        }
        connection.endLease();
        return Optional.of(new Released());
    }

    @Override
    public Optional<Reply> offer(Offer request) {
        if (request.loadToken().isPresent()) {
            holder.loaderRequests().offer(request.loadToken().get(), request.manifest(), frame, connection.peer());
            return Optional.of(done("published", request.manifest().model()));
        }
        requireFree();
        holder.offers().take(request.manifest(), frame, connection.peer(), connection::grant);
        return Optional.empty();
    }

    @Override
    public Optional<Reply> watch(Watch request) {
        requireFree();
        EventLog.Subscription subscription = holder.events().subscribe(request.instance(), request.afterEvent());
        try {
            connection.send(new Watching(holder.instance(), subscription.lastEvent(), subscription.missed()));
        } catch (IOException e) {
            holder.events().end(subscription);
            throw new Refusal(RefusalCode.BAD_REQUEST, "the watcher is gone", e);
        }
        connection.pump(subscription);
        return Optional.empty();
    }

    @Override
    public Optional<Reply> load(Load request) {
        String text = holder.loads().load(request.model(), request.version(), request.pin());
        return Optional.of(done(text, request.model()));
    }

    @Override
    public Optional<Reply> unload(Unload request) {
        return Optional.of(
                done(holder.operator().unload(request.model(), request.version(), request.force()), request.model()));
    }

    @Override
    public Optional<Reply> activate(Activate request) {
        return Optional.of(done(holder.operator().activate(request.model(), request.version()), request.model()));
    }

    @Override
    public Optional<Reply> rollback(Rollback request) {
        return Optional.of(done(holder.operator().rollback(request.model()), request.model()));
    }

    @Override
    public Optional<Reply> pin(Pin request) {
        return Optional.of(
                done(holder.operator().pin(request.model(), request.version(), request.pinned()), request.model()));
    }

    @Override
    public Optional<Reply> verify(Verify request) {
        String text = holder.verification().verify(request.model(), request.version(), connection.peer());
        return Optional.of(done(text, request.model()));
    }

    @Override
    public Optional<Reply> reserve(Reserve request) {
        holder.loaderRequests().reserve(request, connection.peer());
        return Optional.of(new Reserved());
    }

    @Override
    public Optional<Reply> progress(Progress request) {
        holder.loaderRequests().progress(request, connection.peer());
        return Optional.empty();
    }

    @Override
    public Optional<Reply> loadFailed(LoadFailed request) {
        holder.loaderRequests().failed(request, connection.peer());
        return Optional.of(done("noted", ""));
    }

    @Override
    public Optional<Reply> fetchArena(FetchArena request) {
        connection.sendMemory(holder.digests().memoryFor(request.token(), connection.peer()));
        return Optional.empty();
    }

    @Override
    public Optional<Reply> digested(Digested request) {
        holder.digests().answer(request, connection.peer());
        return Optional.of(done("noted", ""));
    }

    private Done done(String text, String model) {
        List<VersionSummary> versions = holder.table().listings().stream()
                .filter(listing -> listing.name().equals(model))
                .map(ModelListing::versions)
                .flatMap(List::stream)
                .toList();
        return new Done(text, versions);
    }
}
