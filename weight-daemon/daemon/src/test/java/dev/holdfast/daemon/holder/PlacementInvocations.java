package dev.holdfast.daemon.holder;

import dev.holdfast.daemon.loader.Placement;
import dev.holdfast.memory.ArenaLayout;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
    private static final boolean DEVICE_ALONE = "cuda".equals(System.getProperty("holdfast.test.placements"));

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        EachPlacement test = context.getRequiredTestMethod().getAnnotation(EachPlacement.class);
        Stream<TestTemplateInvocationContext> onHost = Stream.of(test.host()).map(PlacementInvocations::on);
        return Stream.concat(DEVICE_ALONE ? Stream.empty() : onHost, Stream.of(onDevice()));
    }

    private static Invocation on(ArenaLayout layout) {
        Placement placement = Placement.onHost(layout);
        return new Invocation(placement.toString(), Optional.empty(), () -> placement);
    }

    private static Invocation onDevice() {
        return new Invocation("cuda", TestDevice.whyMissing(), TestDevice::required);
    }

    /** @param missing why it is skipped, if it is */
    private record Invocation(String where, Optional<String> missing, Supplier<Placement> placement)
            implements TestTemplateInvocationContext, ParameterResolver {
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
    }
}
