package dev.holdfast.engine;

import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where requests of one model go, at one moment; replaced as a whole.
 *
 * @param versions that serve, by number
 * @param active what an unversioned request means; among {@code versions}
 */
record Routes(NavigableMap<Long, ServingVersion> versions, OptionalLong active) {
    /** Nothing serves. */
    static final Routes NONE = new Routes(new TreeMap<>(), OptionalLong.empty());

    Routes {
        versions = Collections.unmodifiableNavigableMap(new TreeMap<>(versions));
    }

    Optional<ServingVersion> find(OptionalLong version) {
        OptionalLong number = version.isPresent() ? version : active;
        return number.isPresent() ? Optional.ofNullable(versions.get(number.getAsLong())) : Optional.empty();
    }
}
