package dev.holdfast.daemon.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;

/** Hand-made protobuf for files that no writer of ours would write. */
final class RawProto {
    private RawProto() {}

    /** Writes fields. */
    interface Body {
        void write(CodedOutputStream output) throws IOException;
    }

    static ByteString of(Body body) throws IOException {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        body.write(output);
        output.flush();
        return bytes.toByteString();
    }

    /** A model with this as its graph. */
    static ByteString modelOf(ByteString graph) throws IOException {
        return of(model -> {
            model.writeInt64(OnnxFields.MODEL_IR_VERSION, 8);
            model.writeBytes(OnnxFields.MODEL_GRAPH, graph);
        });
    }

    /** A model whose graph has one message in the given field. */
    static ByteString modelWith(int graphField, Body body) throws IOException {
        ByteString message = of(body);
        return modelOf(of(graph -> graph.writeBytes(graphField, message)));
    }
}
