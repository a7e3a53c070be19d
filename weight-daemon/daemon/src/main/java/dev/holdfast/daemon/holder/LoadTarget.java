package dev.holdfast.daemon.holder;

import dev.holdfast.protocol.ModelName;
import java.util.Optional;

/**
 * A model or one of its versions, as {@code NAME} or {@code NAME:VERSION} on the command line.
 *
 * @param model the model's name
 * @param version one version; empty for those its policy selects
 */
public record LoadTarget(String model, Optional<Long> version) {
    /**
     * Reads {@code NAME} or {@code NAME:VERSION}.
     *
     * @throws IllegalArgumentException if the name can't be one or the version is not a positive number
     */
    public static LoadTarget parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            return new LoadTarget(ModelName.check(text), Optional.empty());
        }
        String number = text.substring(colon + 1);
        if (!number.matches("[1-9][0-9]{0,17}")) {
            throw new IllegalArgumentException(
                    "'" + text + "' names no version: after the colon comes a positive number, as in resnet:3");
        }
        return new LoadTarget(ModelName.check(text.substring(0, colon)), Optional.of(Long.parseLong(number)));
    }

    @Override
    public String toString() {
        return model + version.map(number -> ":" + number).orElse("");
    }
}
