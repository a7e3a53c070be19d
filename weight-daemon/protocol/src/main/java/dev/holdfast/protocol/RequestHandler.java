package dev.holdfast.protocol;

/**
 * What a holder does with each kind of request.
 *
 * @param <R> what comes of it
 */
public interface RequestHandler<R> {
    R hello(Hello request);

    R listRequest(ListRequest request);

    R repositoryRequest(RepositoryRequest request);

    R statusRequest(StatusRequest request);

    R leaseRequest(LeaseRequest request);

    R release(Release request);

    R offer(Offer request);

    R watch(Watch request);

    R load(Load request);

    R unload(Unload request);

    R activate(Activate request);

    R rollback(Rollback request);

    R pin(Pin request);

    R verify(Verify request);

    R reserve(Reserve request);

    R progress(Progress request);

    R loadFailed(LoadFailed request);

    R fetchArena(FetchArena request);

    R digested(Digested request);
}
