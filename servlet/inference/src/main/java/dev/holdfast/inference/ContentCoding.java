package dev.holdfast.inference;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** Content codings of bodies (RFC 9110, section 8.4.1); {@code deflate} is zlib's format, as there. */
enum ContentCoding {
    GZIP {
        @Override
        InputStream decoder(InputStream in) throws IOException {
            return new GZIPInputStream(in);
        }

        @Override
        DeflaterOutputStream encoder(OutputStream out) throws IOException {
            return new GZIPOutputStream(out);
        }
    },
    DEFLATE {
        @Override
        InputStream decoder(InputStream in) {
            return new InflaterInputStream(in);
        }

        @Override
        DeflaterOutputStream encoder(OutputStream out) {
            return new DeflaterOutputStream(out);
        }
    };

    /** What is accepted, as a header value. */
    static final String ACCEPTED = "gzip, deflate";

    abstract InputStream decoder(InputStream in) throws IOException;

    abstract DeflaterOutputStream encoder(OutputStream out) throws IOException;

    /** The name in headers. */
    String token() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * What a {@code Content-Encoding} header names; empty for none and for {@code identity}.
     *
     * @throws RequestRefusedException with 415 if it is another coding, or several
     */
    static Optional<ContentCoding> named(@Nullable String header) {
        if (header == null || header.isBlank() || header.strip().equalsIgnoreCase("identity")) {
            return Optional.empty();
        }
        return Optional.of(find(header.strip())
                .orElseThrow(() -> new RequestRefusedException(
                        415, "content encoding '" + header + "' is not supported, only " + ACCEPTED)));
    }

    /** The coding that an {@code Accept-Encoding} header prefers (RFC 9110, section 12.5.3); empty for none. */
    static Optional<ContentCoding> preferred(@Nullable String header) {
        ContentCoding best = null;
        double most = 0;
        for (String choice : header == null ? new String[0] : header.split(",")) {
            String[] parts = choice.split(";");
            Optional<ContentCoding> coding = find(parts[0].strip());
            double weight = weight(parts);
            if (coding.isPresent() && weight > most) {
                best = coding.get();
                most = weight;
            }
        }
        return Optional.ofNullable(best);
    }

    private static double weight(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.matches("[qQ]=[01](\\.\\d{0,3})?")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }

    private static Optional<ContentCoding> find(String token) {
        return Arrays.stream(values())
                .filter(coding ->
                        coding.token().equalsIgnoreCase(token) || ("x-" + coding.token()).equalsIgnoreCase(token))
                .findFirst();
    }

    /**
     * The body as it was before coding.
     *
     * @throws RequestRefusedException with 400 if it is not so coded, with 413 if it becomes too long
     */
    Body decode(Body coded, long limitBytes) {
        BodyBuffer buffer = new BodyBuffer(-1, limitBytes);
        try (InputStream in = decoder(coded.stream(0, coded.sizeBytes()))) {
            boolean more = true;
            while (more) {
                more = buffer.readFrom(in);
            }
        } catch (ZipException | EOFException e) {
            throw new RequestRefusedException(400, "the body is not " + token() + ": " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
        return buffer.finish();
    }
}
