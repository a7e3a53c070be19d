package dev.holdfast.jetty;

import static dev.holdfast.jetty.BaseFixture.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.TestModels;
import dev.holdfast.memory.ChildJvm;
import example.application.ModelServlet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Web applications of two environments, side by side in a base that gets the module later. */
@Tag("jetty-base")
@Tag("core")
class JettyBaseApplicationsTest {
    private static final String CLASS = ModelServlet.class.getName().replace('.', '/') + ".class";

    @TempDir
    Path root;

    @Test
    void applicationsGoOnAndUseTheModelsInTheirProcess() throws Exception {
        BaseFixture fixture = BaseFixture.at(root);
        TestModels.bias(fixture.holder().models(), "bias", 1, WIDTH, 1);
        JettyBase base = fixture.base("base").addModules("http,ee10-deploy,ee11-deploy");
        deploy(base, "ee10", List.of());
        deploy(base, "ee11", List.of());
        try (JettyProcess plain = base.start()) {
            Http http = new Http(JettyBase.uri(plain, "http"));
            assertThat(http.get("/ee10/model").body()).isEqualTo("hello");
            assertThat(http.get("/ee11/model").body()).isEqualTo("hello");
        }
        base.install().addModules("holdfast-ee11");
        deploy(base, "ee11", engineJars(base));
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start(fixture.socket())) {
            Http http = new Http(JettyBase.uri(jetty, "http"));
            assertThat(http.infer("bias", WIDTH, 2).body())
                    .as("with holder %s", holder.pid())
                    .contains("3.0,3.0");
            for (String environment : List.of("ee10", "ee11")) {
                assertThat(http.get("/" + environment + "/model").body()).isEqualTo("hello");
                assertThat(http.get("/" + environment + "/model?width=" + WIDTH).body())
                        .isEqualTo("1.0");
            }
            assertThat(fixture.leases()).isEqualTo(1);
        }
    }

    /** What a careless application would bring along. */
    private static List<Path> engineJars(JettyBase base) throws IOException {
        try (var jars = Files.list(base.directory().resolve("lib/holdfast"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("holdfast-"))
                    .toList();
        }
    }

    private static void deploy(JettyBase base, String environment, List<Path> jars) throws IOException {
        Path applications = base.directory().resolve("webapps");
        Files.writeString(applications.resolve(environment + ".properties"), "environment=" + environment + "\n");
        Path war = applications.resolve(environment + ".war");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(war));
                InputStream code = ModelServlet.class.getResourceAsStream("/" + CLASS)) {
            zip.putNextEntry(new ZipEntry("WEB-INF/web.xml"));
            zip.write(descriptor().getBytes(StandardCharsets.UTF_8));
            zip.putNextEntry(new ZipEntry("WEB-INF/classes/" + CLASS));
            zip.write(code.readAllBytes());
            for (Path jar : jars) {
                zip.putNextEntry(new ZipEntry("WEB-INF/lib/" + jar.getFileName()));
                Files.copy(jar, zip);
            }
        }
    }

    private static String descriptor() {
        return """
                <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                  <servlet>
                    <servlet-name>model</servlet-name>
                    <servlet-class>%s</servlet-class>
                  </servlet>
                  <servlet-mapping>
                    <servlet-name>model</servlet-name>
                    <url-pattern>/model</url-pattern>
                  </servlet-mapping>
                </web-app>
                """.formatted(ModelServlet.class.getName());
    }
}
