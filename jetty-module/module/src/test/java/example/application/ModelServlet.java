package example.application;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.Elements;
import dev.holdfast.engine.InferenceRequest;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Asks a model in its own process. */
public final class ModelServlet extends HttpServlet {
    /** For the container. */
    public ModelServlet() {}

    /** Answers {@code hello}, or with parameter {@code width} the first element that model {@code bias} gives for zeros. */
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String width = request.getParameter("width");
        response.getWriter().print(width == null ? "hello" : firstOf(Integer.parseInt(width)));
    }

    private float firstOf(int width) {
        Models models = (Models) getServletContext().getAttribute("dev.holdfast.Models");
        Tensor x = new Tensor("x", DataType.FP32, Shape.of(1, width), TensorData.ofFloats(new float[width]));
        Tensor y = models.get("bias").infer(InferenceRequest.of(x)).output("y");
        return ((Elements) y.data()).bytes().getFloat(0);
    }
}
