package dev.holdfast.natives;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * A library as it lies in a jar on the class path.
 *
 * @param sizeBytes its length, unpacked
 * @param crc its CRC-32, unpacked; as good as a digest against accidents, and jars carry it
 */
public record LibraryResource(URL url, long sizeBytes, long crc) {
    /**
     * Looks at the library there.
     *
     * @throws IOException if it can't be read
     */
    public static LibraryResource at(URL url) throws IOException {
        URLConnection connection = open(url);
        if (connection instanceof JarURLConnection inJar) {
            try (JarFile jar = inJar.getJarFile()) {
                JarEntry entry = inJar.getJarEntry();
                return new LibraryResource(url, entry.getSize(), entry.getCrc());
            }
        }
        try (InputStream stream = connection.getInputStream()) {
            return measured(url, stream);
        }
    }

    /** Whether {@code stream} holds exactly these bytes. */
    public boolean matches(InputStream stream) throws IOException {
        LibraryResource found = measured(url, stream);
        return found.sizeBytes == sizeBytes && found.crc == crc;
    }

    /** Its bytes; the caller closes them. */
    public InputStream open() throws IOException {
        return open(url).getInputStream();
    }

    private static URLConnection open(URL url) throws IOException {
        URLConnection connection = url.openConnection();
        // The cached jar file would stay open for the life of the process, and is shared with whoever closes it.
        connection.setUseCaches(false);
        return connection;
    }

    private static LibraryResource measured(URL url, InputStream stream) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(stream, new CRC32());
        long size = checked.transferTo(OutputStream.nullOutputStream());
        return new LibraryResource(url, size, checked.getChecksum().getValue());
    }
}
