package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import java.util.Map;

/** Settings of the CUDA execution provider ({@code OrtCUDAProviderOptionsV2}); session options copy them. */
final class CudaProviderOptions extends NativeObject {
    private CudaProviderOptions(OrtApi api, Pointer handle) {
        super(api, handle, OrtFunction.RELEASE_CUDA_PROVIDER_OPTIONS);
    }

    /** @throws OnnxRuntimeException if the provider knows a key not, or can't use its value, or can't be loaded */
    static CudaProviderOptions create(OnnxRuntime runtime, Map<String, String> options) {
        OrtApi api = runtime.api();
        CudaProviderOptions created =
                new CudaProviderOptions(api, api.create(OrtFunction.CREATE_CUDA_PROVIDER_OPTIONS));
        try (ProviderEntries entries = new ProviderEntries(options);
                Holds holds = new Holds()) {
            api.call(
                    OrtFunction.UPDATE_CUDA_PROVIDER_OPTIONS,
                    holds.on(created),
                    entries.keys(),
                    entries.values(),
                    entries.count());
            return created;
        } catch (RuntimeException e) {
            created.close();
            throw e;
        }
    }
}
