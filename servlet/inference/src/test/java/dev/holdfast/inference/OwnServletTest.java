package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.DataType;
import dev.holdfast.engine.InferenceRequest;
import dev.holdfast.engine.Models;
import dev.holdfast.engine.Shape;
import dev.holdfast.engine.Strings;
import dev.holdfast.engine.Tensor;
import dev.holdfast.engine.TensorData;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;

/** An application's own servlet computes with the models that the listener opened, without HTTP in between. */
class OwnServletTest {
    /** Answers with the bytes that model {@code texts} answers to the query. */
    private static final class EchoServlet extends HttpServlet {
        @Override
        protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Models models = (Models) getServletContext().getAttribute(HoldfastContextListener.ATTRIBUTE);
            Tensor text = new Tensor("x", DataType.BYTES, Shape.of(1), Strings.of(request.getQueryString()));
            TensorData answer = models.get("texts")
                    .infer(InferenceRequest.of(text))
                    .output("y")
                    .data();
            response.getOutputStream().write(((Strings) answer).values().get(0));
        }
    }

    @Test
    void findsTheModelsInTheContextsAttribute() throws Exception {
        ServletContextHandler context = new ServletContextHandler("/");
        context.setInitParameter("holdfast.socket", TestModels.get().socket().toString());
        context.setInitParameter("holdfast.models", "texts");
        context.addEventListener(new HoldfastContextListener());
        context.addServlet(new ServletHolder(new EchoServlet()), "/own");
        context.addServlet(new ServletHolder(new InferenceServlet()), "/v2/*");
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        server.addConnector(connector);
        server.setHandler(context);
        server.start();
        try {
            Client client = new Client(URI.create("http://127.0.0.1:" + connector.getLocalPort()));
            TestModels.await(() -> client.get("/own?once").status() == 200, "the model");
            assertThat(client.get("/own?word").text()).isEqualTo("word");
        } finally {
            server.stop();
        }
    }
}
