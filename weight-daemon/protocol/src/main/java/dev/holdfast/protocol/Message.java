package dev.holdfast.protocol;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One message between a client and the holder: the body of a frame, as a JSON object whose {@code type} names it.
 *
 * <p>Fields that a receiver does not know are ignored, so that a release may add some; a field that is missing,
 * unless it is optional, is an error ({@link MessageCodec}), so what a release adds must be optional.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Hello.class, name = "hello"),
    @JsonSubTypes.Type(value = ListRequest.class, name = "list"),
    @JsonSubTypes.Type(value = RepositoryRequest.class, name = "repository"),
    @JsonSubTypes.Type(value = StatusRequest.class, name = "status"),
    @JsonSubTypes.Type(value = LeaseRequest.class, name = "lease"),
    @JsonSubTypes.Type(value = Release.class, name = "release"),
    @JsonSubTypes.Type(value = Offer.class, name = "offer"),
    @JsonSubTypes.Type(value = Watch.class, name = "watch"),
    @JsonSubTypes.Type(value = Load.class, name = "load"),
    @JsonSubTypes.Type(value = Unload.class, name = "unload"),
    @JsonSubTypes.Type(value = Activate.class, name = "activate"),
    @JsonSubTypes.Type(value = Rollback.class, name = "rollback"),
    @JsonSubTypes.Type(value = Pin.class, name = "pin"),
    @JsonSubTypes.Type(value = Verify.class, name = "verify"),
    @JsonSubTypes.Type(value = Reserve.class, name = "reserve"),
    @JsonSubTypes.Type(value = Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = LoadFailed.class, name = "load-failed"),
    @JsonSubTypes.Type(value = FetchArena.class, name = "fetch-arena"),
    @JsonSubTypes.Type(value = Digested.class, name = "digested"),
    @JsonSubTypes.Type(value = Welcome.class, name = "welcome"),
    @JsonSubTypes.Type(value = Refused.class, name = "refused"),
    @JsonSubTypes.Type(value = Listing.class, name = "listing"),
    @JsonSubTypes.Type(value = RepositoryIndex.class, name = "repository-index"),
    @JsonSubTypes.Type(value = Granted.class, name = "granted"),
    @JsonSubTypes.Type(value = Released.class, name = "released"),
    @JsonSubTypes.Type(value = StatusReport.class, name = "status-report"),
    @JsonSubTypes.Type(value = Done.class, name = "done"),
    @JsonSubTypes.Type(value = Reserved.class, name = "reserved"),
    @JsonSubTypes.Type(value = Fetched.class, name = "fetched"),
    @JsonSubTypes.Type(value = Watching.class, name = "watching"),
    @JsonSubTypes.Type(value = Event.class, name = "event")
})
public sealed interface Message permits Request, Reply {}
