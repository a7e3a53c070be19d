package dev.holdfast.memory.cuda;

/** Why a library can't be loaded, out of what JNA throws. */
final class LoadFailure {
    private LoadFailure() {}

    /**
     * The words of dlopen(3), such as "cannot open shared object file: No such file or directory". JNA's message begins with a
     * heading, "Unable to load library 'NAME':", and has them on the next line, behind the library's name.
     *
     * @param failure as thrown by the loading, or by the class whose initialisation is the loading, the second time too
     * @param library as it was asked for
     * @return one line
     */
    static String reason(LinkageError failure, String library) {
        Throwable reason = failure.getCause() == null ? failure : failure.getCause();
        String line = String.valueOf(reason.getMessage())
                .lines()
                .filter(words -> !words.endsWith(":"))
                .findFirst()
                .orElse("it is not known why");
        return line.startsWith(library + ": ") ? line.substring(library.length() + 2) : line;
    }
}
