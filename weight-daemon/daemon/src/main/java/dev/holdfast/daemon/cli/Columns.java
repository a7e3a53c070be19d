package dev.holdfast.daemon.cli;

import java.util.ArrayList;
import java.util.List;

/** Text in aligned columns; control characters, which a command or a reason may have, are shown as '?'. */
final class Columns {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final int[] widths;

    Columns(String... headings) {
        widths = new int[headings.length];
        row(headings);
    }

    /** @param cells as many as there are headings */
    void row(String... cells) {
        String[] shown = new String[cells.length];
        for (int i = 0; i < cells.length; i++) {
            shown[i] = cells[i].replaceAll("\\p{Cntrl}", "?");
            widths[i] = Math.max(widths[i], shown[i].length());
        }
        rows.add(shown);
    }

    boolean isEmpty() {
        return rows.size() == 1;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                line.append(row[i])
                        .append(" ".repeat(widths[i] - row[i].length()))
                        .append(GAP);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
