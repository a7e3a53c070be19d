package dev.holdfast.bench;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** The least that a servlet can do with a body: read it and write it, blocking. */
final class EchoServlet extends HttpServlet {
    EchoServlet() {}

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readAllBytes();
        response.setContentType(request.getContentType());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
