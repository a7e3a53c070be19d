package dev.holdfast.daemon.journal;

/**
 * The outcome of reading a journal's bytes, whatever they are.
 *
 * @param state what the readable records add up to
 * @param records how many could be read
 * @param corruptLines complete lines that could not
 * @param validBytes length up to and including the last line feed; what follows is a record cut short
 * @param totalBytes length of the input
 */
record JournalReplay(JournalState state, int records, int corruptLines, int validBytes, int totalBytes) {
    /** Reads every line on its own, so that damage costs what it touched and no more. Never throws. */
    static JournalReplay of(byte[] bytes) {
        JournalState state = new JournalState();
        int records = 0;
        int corrupt = 0;
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            var decoded = JournalCodec.decode(bytes, start, i - start);
            decoded.ifPresent(state::apply);
            records += decoded.isPresent() ? 1 : 0;
            corrupt += decoded.isPresent() ? 0 : 1;
            start = i + 1;
        }
        return new JournalReplay(state, records, corrupt, start, bytes.length);
    }

    boolean isTorn() {
        return validBytes < totalBytes;
    }
}
