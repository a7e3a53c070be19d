package dev.holdfast.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.InferenceException.Reason;
import dev.holdfast.engine.Models;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.apache.catalina.Context;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.http2.Http2Protocol;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over HTTP/2 a client that gives up says so, and its request is dropped before it costs a run. */
class DisconnectTest {
    private static final String ONE =
            "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,1],\"data\":[1]}]}";

    private static final String ONE_SOON = "{\"parameters\":{\"timeout\":1000}," + ONE.substring(1);

    @TempDir
    Path directory;

    @Test
    void requestOfAResetStreamLeavesTheQueueInJetty() throws Exception {
        Server server = new Server();
        HttpConfiguration http = new HttpConfiguration();
        ServerConnector connector =
                new ServerConnector(server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        server.addConnector(connector);
        ServletContextHandler context = new ServletContextHandler("/");
        context.setAttribute(HoldfastContextListener.ATTRIBUTE, TestModels.get().models());
        ServletHolder servlet = new ServletHolder(new InferenceServlet());
        servlet.setAsyncSupported(true);
        context.addServlet(servlet, "/v2/*");
        server.setHandler(context);
        server.start();
        try {
            assertResetIsNoticed(connector.getLocalPort());
        } finally {
            server.stop();
        }
    }

    @Test
    void requestOfAResetStreamLeavesTheQueueInTomcat() throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(directory.toString());
        tomcat.setPort(0);
        tomcat.getConnector().addUpgradeProtocol(new Http2Protocol());
        Context context = tomcat.addContext("", directory.toString());
        context.getServletContext()
                .setAttribute(
                        HoldfastContextListener.ATTRIBUTE, TestModels.get().models());
        Wrapper servlet = Tomcat.addServlet(context, "holdfast", InferenceServlet.class.getName());
        servlet.setAsyncSupported(true);
        context.addServletMappingDecoded("/v2/*", "holdfast");
        tomcat.start();
        try {
            assertResetIsNoticed(tomcat.getConnector().getLocalPort());
        } finally {
            tomcat.stop();
            tomcat.destroy();
        }
    }

    private static void assertResetIsNoticed(int port) throws Exception {
        URI server = URI.create("http://127.0.0.1:" + port);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        // The connection is upgraded by a request without a body.
        HttpRequest live =
                HttpRequest.newBuilder(server.resolve("/v2/health/live")).build();
        assertThat(client.send(live, BodyHandlers.ofString()).version()).isEqualTo(HttpClient.Version.HTTP_2);
        Models models = TestModels.get().models();
        long cancelled = cancelled(models);
        long runs = executions(models);
        HttpRequest infer = HttpRequest.newBuilder(server.resolve("/v2/models/patient/infer"))
                .POST(HttpRequest.BodyPublishers.ofString(ONE))
                .build();
        Deque<CompletableFuture<?>> answers = new ArrayDeque<>();
        // The queue has one place: once it is taken, another request is refused, or this one by that.
        TestModels.await(
                () -> {
                    if (answers.isEmpty() || answers.getLast().isDone()) {
                        answers.add(client.sendAsync(infer, BodyHandlers.ofString()));
                    }
                    return new Client(server)
                            .post("/v2/models/patient/infer", ONE_SOON)
                            .error()
                            .contains("wait already");
                },
                "the request in the queue");
        answers.getLast().cancel(true);
        TestModels.await(() -> cancelled(models) > cancelled, "the cancellation");
        assertThat(executions(models)).isEqualTo(runs);
    }

    private static long cancelled(Models models) {
        return models.get("patient").statistics().get(0).failures().getOrDefault(Reason.CANCELLED, 0L);
    }

    private static long executions(Models models) {
        return models.get("patient").statistics().get(0).executionCount();
    }
}
