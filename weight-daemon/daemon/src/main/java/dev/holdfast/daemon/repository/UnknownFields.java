package dev.holdfast.daemon.repository;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.TextFormat.Parser.SingularOverwritePolicy;
import java.util.List;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Parses text format twice: strictly, to learn which fields are unknown, and then leniently, to go on without them. */
final class UnknownFields {
    /** One line of the strict parser's complaint: line, column, and the field's name with its message's. */
    private static final Pattern COMPLAINT = Pattern.compile("(\\d+):(\\d+):\\s+inference\\.(\\S+)");

    private static final TextFormat.Parser STRICT = parser(false);
    private static final TextFormat.Parser LENIENT = parser(true);

    /** Held here because loggers are only weakly reachable from their manager and would forget the filter. */
    private static final Logger PARSER_LOG = Logger.getLogger(TextFormat.class.getName());

    static {
        // The lenient parser logs what it skips; the same is returned from here, with a file name.
        PARSER_LOG.setFilter(skipped -> false);
    }

    private UnknownFields() {}

    /**
     * Merges {@code text} into {@code builder}.
     *
     * @return a sentence for each field that the builder's type does not have
     * @throws TextFormat.ParseException if the text is wrong for another reason
     */
    static List<String> merge(String file, String text, Message.Builder builder) throws TextFormat.ParseException {
        try {
            STRICT.merge(text, builder);
            return List.of();
        } catch (TextFormat.ParseException strict) {
            LENIENT.merge(text, builder.clear());
            return sentences(file, String.valueOf(strict.getMessage()));
        }
    }

    private static TextFormat.Parser parser(boolean allowUnknown) {
        // A field given twice is a mistake to the C++ parser, and so to Triton; Java's would take the last.
        return TextFormat.Parser.newBuilder()
                .setSingularOverwritePolicy(SingularOverwritePolicy.FORBID_SINGULAR_OVERWRITES)
                .setAllowUnknownFields(allowUnknown)
                .build();
    }

    private static List<String> sentences(String file, String complaints) {
        return COMPLAINT
                .matcher(complaints)
                .results()
                .map(found -> file + ":" + found.group(1) + ":" + found.group(2) + ": " + found.group(3)
                        + " is not used by Holdfast and is ignored")
                .toList();
    }
}
