package dev.holdfast.bench;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The shortest servlet that answers V2 inference requests with binary tensors, FP32 and INT64, both ways: what one
 * would write around ONNX Runtime's Java API. The thread that read the request computes. It trusts its client.
 */
final class PlainServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final transient PlainSession session;
    private final String model;

    /** @param session stays the caller's */
    PlainServlet(PlainSession session, String model) {
        this.session = session;
        this.model = model;
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(request.getContentLength());
        Map<String, OnnxTensorLike> inputs = new HashMap<>();
        try {
            readInputs(body, Integer.parseInt(request.getHeader(JSON_LENGTH)), inputs);
            try (OrtSession.Result result = session.run(inputs)) {
                answer(result, response);
            }
        } catch (OrtException e) {
            throw new IOException("the computation failed", e);
        } finally {
            inputs.values().forEach(OnnxTensorLike::close);
        }
    }

    private static void readInputs(byte[] body, int jsonBytes, Map<String, OnnxTensorLike> inputs) throws OrtException {
        int at = jsonBytes;
        for (JsonNode input : MAPPER.readTree(body, 0, jsonBytes).get("inputs")) {
            int size = input.get("parameters").get("binary_data_size").asInt();
            // ONNX Runtime takes bytes only from outside the heap.
            ByteBuffer elements = ByteBuffer.allocateDirect(size).order(ByteOrder.LITTLE_ENDIAN);
            elements.put(body, at, size).flip();
            inputs.put(input.get("name").asString(), tensor(input, elements));
            at += size;
        }
    }

    private static OnnxTensor tensor(JsonNode input, ByteBuffer elements) throws OrtException {
        JsonNode dimensions = input.get("shape");
        long[] shape = new long[dimensions.size()];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = dimensions.get(i).asLong();
        }
        OnnxJavaType type = input.get("datatype").asString().equals("INT64") ? OnnxJavaType.INT64 : OnnxJavaType.FLOAT;
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), elements, shape, type);
    }

    private void answer(OrtSession.Result result, HttpServletResponse response) throws IOException {
        ObjectNode document = MAPPER.createObjectNode().put("model_name", model).put("model_version", "1");
        List<byte[]> outputs = new ArrayList<>();
        for (Map.Entry<String, OnnxValue> output : result) {
            OnnxTensor tensor = (OnnxTensor) output.getValue();
            ByteBuffer elements = tensor.getByteBuffer();
            byte[] bytes = new byte[elements.remaining()];
            elements.get(bytes);
            outputs.add(bytes);
            ObjectNode described = document.withArray("outputs").addObject();
            described.put("name", output.getKey()).put("datatype", "FP32");
            for (long dimension : tensor.getInfo().getShape()) {
                described.withArray("shape").add(dimension);
            }
            described.putObject("parameters").put("binary_data_size", bytes.length);
        }
        send(MAPPER.writeValueAsBytes(document), outputs, response);
    }

    private static void send(byte[] json, List<byte[]> outputs, HttpServletResponse response) throws IOException {
        response.setContentType("application/octet-stream");
        response.setIntHeader(JSON_LENGTH, json.length);
        response.setContentLength(
                json.length + outputs.stream().mapToInt(bytes -> bytes.length).sum());
        response.getOutputStream().write(json);
        for (byte[] bytes : outputs) {
            response.getOutputStream().write(bytes);
        }
    }
}
