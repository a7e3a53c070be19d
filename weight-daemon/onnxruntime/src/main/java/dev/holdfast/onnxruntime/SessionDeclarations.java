package dev.holdfast.onnxruntime;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import com.sun.jna.ptr.PointerByReference;
import java.util.ArrayList;
import java.util.List;

/** The inputs and outputs that a native session declares. */
record SessionDeclarations(List<TensorInfo> inputs, List<TensorInfo> outputs) {
    static SessionDeclarations read(OrtApi api, Pointer session) {
        return new SessionDeclarations(
                read(
                        api,
                        session,
                        OrtFunction.SESSION_GET_INPUT_COUNT,
                        OrtFunction.SESSION_GET_INPUT_NAME,
                        OrtFunction.SESSION_GET_INPUT_TYPE_INFO),
                read(
                        api,
                        session,
                        OrtFunction.SESSION_GET_OUTPUT_COUNT,
                        OrtFunction.SESSION_GET_OUTPUT_NAME,
                        OrtFunction.SESSION_GET_OUTPUT_TYPE_INFO));
    }

    private static List<TensorInfo> read(
            OrtApi api, Pointer session, OrtFunction count, OrtFunction name, OrtFunction type) {
        LongByReference size = new LongByReference();
        api.call(count, session, size);
        List<TensorInfo> tensors = new ArrayList<>();
        for (long i = 0; i < size.getValue(); i++) {
            tensors.add(tensor(
                    api, name(api, api.create(name, session, i, api.allocator())), api.create(type, session, i)));
        }
        return List.copyOf(tensors);
    }

    private static String name(OrtApi api, Pointer text) {
        try {
            return NativeText.read(text);
        } finally {
            api.free(text);
        }
    }

    private static TensorInfo tensor(OrtApi api, String name, Pointer typeInfo) {
        try {
            PointerByReference tensorInfo = new PointerByReference();
            api.call(OrtFunction.CAST_TYPE_INFO_TO_TENSOR_INFO, typeInfo, tensorInfo);
            if (tensorInfo.getValue() == null) {
                throw new OnnxRuntimeException(
                        ErrorCode.NOT_IMPLEMENTED,
                        "'" + name + "' is a sequence, map or optional; only models with tensors alone can be served");
            }
            return TensorInfo.read(api, name, tensorInfo.getValue());
        } finally {
            api.release(OrtFunction.RELEASE_TYPE_INFO, typeInfo);
        }
    }
}
