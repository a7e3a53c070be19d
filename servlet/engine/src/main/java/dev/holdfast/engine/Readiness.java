package dev.holdfast.engine;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

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
     * @param reason for {@link VersionStage#FAILED}, why
     */
    public record VersionReadiness(long version, VersionStage stage, boolean leased, Optional<String> reason) {}
}
