package dev.holdfast.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How far an engine is, at one moment.
 *
 * @param ready whether every model wanted serves: those named in the configuration, else all the holder has published,
 *     of which there must be one
 * @param holderConnected whether the holder answers
 * @param reason what is missing, in one sentence; empty if ready
 * @param models by name
 */
public record Readiness(boolean ready, boolean holderConnected, String reason, List<ModelReadiness> models) {
    public Readiness {
        models = List.copyOf(models);
    }

    /**
     * How far one model is.
     *
     * @param name the model's name
     * @param active the version that an unversioned request means, if one serves
     * @param versions those that serve, drain or could not be built, ascending
     */
    public record ModelReadiness(String name, OptionalLong active, List<VersionReadiness> versions) {
        public ModelReadiness {
            versions = List.copyOf(versions);
        }

        /** Leases that this process has: one for each version that serves or drains. */
        public long leases() {
            return versions.stream()
                    .filter(version -> version.stage() != VersionStage.FAILED)
                    .count();
        }

        /** How many of {@link #leases} the holder counts now. */
        public long connectedLeases() {
            return versions.stream().filter(VersionReadiness::leased).count();
        }

        /** How many versions are at that stage. */
        public long at(VersionStage stage) {
            return versions.stream().filter(version -> version.stage() == stage).count();
        }

        /** Requests that wait for a version of that number, be there one that serves, one that drains, or both. */
        public long waiting(long number) {
            return numbered(number).mapToLong(VersionReadiness::waiting).sum();
        }

        /** Bytes of the arenas that versions of that number have mapped here. */
        public long arenaBytes(long number) {
            return numbered(number).mapToLong(VersionReadiness::arenaBytes).sum();
        }

        private Stream<VersionReadiness> numbered(long number) {
            return versions.stream().filter(version -> version.version() == number);
        }
    }

    /** Where a version is in this process. */
    public enum VersionStage {
        /** Takes requests. */
        SERVING,
        /** Takes no new requests and finishes those it has. */
        DRAINING,
        /** Could not be built; the reason says why. */
        FAILED
    }

    /**
     * How far one version is.
     *
     * @param version its number
     * @param stage where it is
     * @param leased whether the holder counts this process's lease now; false while the holder is gone
     * @param waiting requests in its queue
     * @param arenaBytes length of the arena that is mapped; 0 if it failed
     * @param reason for {@link VersionStage#FAILED}, why
     */
    public record VersionReadiness(
            long version, VersionStage stage, boolean leased, int waiting, long arenaBytes, Optional<String> reason) {}
}
