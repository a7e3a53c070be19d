package dev.holdfast.daemon.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Where Maven keeps what it has downloaded: the property {@code maven.repo.local}, then {@code localRepository} of
 * {@code ~/.m2/settings.xml}, then {@code ~/.m2/repository} (Maven's settings reference, "Simple Values").
 */
public final class LocalRepositories {
    private LocalRepositories() {}

    /** Those of the user who runs this process, to be searched in this order. */
    public static List<Path> ofThisUser() {
        String home = System.getProperty("user.home", "");
        return of(Optional.ofNullable(System.getProperty("maven.repo.local")), Path.of(home));
    }

    static List<Path> of(Optional<String> property, Path home) {
        List<Path> repositories = new ArrayList<>();
        property.map(Path::of).ifPresent(repositories::add);
        Path m2 = home.resolve(".m2");
        configured(m2.resolve("settings.xml"), home).ifPresent(repositories::add);
        repositories.add(m2.resolve("repository"));
        return repositories;
    }

    private static Optional<Path> configured(Path settings, Path home) {
        if (!Files.isRegularFile(settings)) {
            return Optional.empty();
        }
        try {
            NodeList elements = parser().parse(settings.toFile()).getElementsByTagName("localRepository");
            return Optional.ofNullable(elements.item(0))
                    .map(element -> element.getTextContent().strip().replace("${user.home}", home.toString()))
                    .map(Path::of);
        } catch (IOException | SAXException | ParserConfigurationException wrong) {
            throw new ArtifactException(
                    settings + " can't be read (" + wrong.getMessage() + "); correct it, or give the jar with --jar",
                    wrong);
        }
    }

    private static DocumentBuilder parser() throws ParserConfigurationException {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        DocumentBuilder parser = factory.newDocumentBuilder();
        // The parser's own handler would print errors beside throwing them.
        parser.setErrorHandler(new DefaultHandler());
        return parser;
    }
}
