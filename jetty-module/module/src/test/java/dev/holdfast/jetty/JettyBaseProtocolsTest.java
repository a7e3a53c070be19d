package dev.holdfast.jetty;

import static dev.holdfast.jetty.BaseFixture.WIDTH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.engine.TestModels;
import dev.holdfast.memory.ChildJvm;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module beside Jetty's modules for threads and protocols. */
@Tag("jetty-base")
@Tag("core")
class JettyBaseProtocolsTest {
    private static final String PASSWORD = "changeit";

    @TempDir
    Path root;

    private BaseFixture fixture;

    @BeforeEach
    void prepare() throws Exception {
        fixture = BaseFixture.at(root);
        TestModels.bias(fixture.holder().models(), "bias", 1, WIDTH, 1);
    }

    @Test
    void virtualThreadsServeHttp2() throws Exception {
        assumeTrue(Runtime.version().feature() >= 21, "virtual threads need Java 21");
        JettyBase base = fixture.base("base").install().addModules("threadpool-virtual,http,http2c,holdfast-ee11");
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start(fixture.socket())) {
            HttpClient client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
            HttpResponse<String> answer = new Http(client, JettyBase.uri(jetty, "http")).get("/v2/models/bias");
            assertThat(answer.version()).as("with holder %s", holder.pid()).isEqualTo(HttpClient.Version.HTTP_2);
            HttpResponse<String> inferred = new Http(client, JettyBase.uri(jetty, "http")).infer("bias", WIDTH, 2);
            assertThat(inferred.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(inferred.body()).contains("3.0,3.0");
        }
    }

    @Test
    void tlsServes() throws Exception {
        Path keys = generateKeys();
        JettyBase base = fixture.base("base").install().addModules("https,holdfast-ee11");
        try (ChildJvm holder = fixture.startHolder("bias");
                JettyProcess jetty = base.start(
                        fixture.socket(),
                        "jetty.sslContext.keyStorePath=" + keys,
                        "jetty.sslContext.keyStorePassword=" + PASSWORD)) {
            HttpClient client =
                    HttpClient.newBuilder().sslContext(trusting(keys)).build();
            HttpResponse<String> answer = new Http(client, JettyBase.uri(jetty, "https")).infer("bias", WIDTH, 2);
            assertThat(answer.body()).as("with holder %s", holder.pid()).contains("3.0,3.0");
            assertThat(answer.sslSession()).isPresent();
        }
    }

    private Path generateKeys() throws Exception {
        Path keys = root.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        keys.toString(),
                        "-storepass",
                        PASSWORD,
                        "-storetype",
                        "PKCS12",
                        "-alias",
                        "jetty",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=ip:127.0.0.1")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        return keys;
    }

    private static SSLContext trusting(Path keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }
}
