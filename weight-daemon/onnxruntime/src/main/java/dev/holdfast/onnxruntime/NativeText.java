package dev.holdfast.onnxruntime;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import com.sun.jna.WString;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;

/** Strings as the C API takes them: UTF-8, except paths, which are {@code ORTCHAR_T*} in the system's own encoding. */
final class NativeText {
    static final String ENCODING = "UTF-8";

    private NativeText() {}

    static String read(Pointer text) {
        return text.getString(0, ENCODING);
    }

    /** A copy of {@code text} in native memory, which lives as long as the returned object. */
    static Memory copyOf(String text) {
        byte[] bytes = Native.toByteArray(text, ENCODING);
        Memory memory = new Memory(bytes.length);
        memory.write(0, bytes, 0, bytes.length);
        return memory;
    }

    /** The pointers one after the other, as {@code T*[]}; keeps none of them alive. */
    static Memory arrayOf(List<? extends Pointer> pointers) {
        Memory array = new Memory(Math.max(1, pointers.size()) * (long) Native.POINTER_SIZE);
        for (int i = 0; i < pointers.size(); i++) {
            array.setPointer(i * (long) Native.POINTER_SIZE, pointers.get(i));
        }
        return array;
    }

    /** A path as an argument: wide characters on Windows, else the bytes the JVM itself would use for it. */
    static Object path(Path path) {
        String text = path.toAbsolutePath().toString();
        if (Platform.isWindows()) {
            return new WString(text);
        }
        String encoding =
                System.getProperty("sun.jnu.encoding", Charset.defaultCharset().name());
        return Native.toByteArray(text, encoding);
    }
}
