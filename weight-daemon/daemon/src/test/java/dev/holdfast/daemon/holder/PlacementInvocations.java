package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Runs a test with {@link EachPlacement} on each of its placements. */
final class PlacementInvocations implements TestTemplateInvocationContextProvider {
    private static final Set<Place> WANTED = wanted();

    private enum Place {
        HOST {
            @Override
            Stream<Invocation> invocations(EachPlacement test) {
                return Stream.of(test.host()).map(PlacementInvocations::onHost);
            }
        },
        CUDA {
            @Override
            Stream<Invocation> invocations(EachPlacement test) {
                return Stream.of(new Invocation("cuda", TestDevice.whyMissing(), TestDevice::required));
            }
        },
        CUDA_IPC {
            @Override
            Stream<Invocation> invocations(EachPlacement test) {
                return test.notOverCudaIpc().isEmpty()
                        ? Stream.of(new Invocation("cuda-ipc", TestDevice.whyNoIpc(), TestDevice::requiredToShareByIpc))
                        : Stream.empty();
            }
        };

        abstract Stream<Invocation> invocations(EachPlacement test);

        static Place of(String word) {
            return Stream.of(values())
                    .filter(place -> place.name()
                            .toLowerCase(Locale.ROOT)
                            .replace('_', '-')
                            .equals(word))
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalArgumentException("-Dholdfast.test.placements has no '" + word + "'"));
        }
    }

    private static Set<Place> wanted() {
        String words = System.getProperty("holdfast.test.placements", "");
        return words.isEmpty()
                ? EnumSet.allOf(Place.class)
                : Arrays.stream(words.split(","))
                        .map(Place::of)
                        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Place.class)));
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        EachPlacement test = context.getRequiredTestMethod().getAnnotation(EachPlacement.class);
        return WANTED.stream().flatMap(place -> place.invocations(test));
    }

    private static Invocation onHost(ArenaLayout layout) {
        Placement placement = Placement.onHost(layout);
        return new Invocation(placement.toString(), Optional.empty(), () -> placement);
    }

    /** @param missing why it is skipped, if it is */
    private record Invocation(String where, Optional<String> missing, Supplier<Placement> placement)
            implements TestTemplateInvocationContext, ParameterResolver, AfterEachCallback {
        @Override
        public String getDisplayName(int invocationIndex) {
            return where;
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            ExecutionCondition there = context ->
                    missing.map(ConditionEvaluationResult::disabled).orElse(ConditionEvaluationResult.enabled(where));
            return List.of(there, this);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Placement.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return placement.get();
        }

        /** A test's holders are patient for no time: who owns memory of theirs ends with them. */
        @Override
        public void afterEach(ExtensionContext context) {
            if (placement.get().isOwnedByProcess()) {
                RunningLoaders.awaitNone();
            }
        }
    }
}
