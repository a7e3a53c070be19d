package dev.holdfast.control;

import dev.holdfast.control.ControlMessage.Answer;
import dev.holdfast.control.ControlMessage.Beat;
import dev.holdfast.control.ControlMessage.Command;
import dev.holdfast.control.ControlMessage.OperatorHello;
import dev.holdfast.control.ControlMessage.Retire;
import dev.holdfast.control.ControlMessage.StageReached;
import dev.holdfast.control.ControlMessage.Stop;
import dev.holdfast.control.ControlMessage.WorkerHello;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A {@link ControlMessage} as a line: the record's name, then its components in order, {@code application/x-www-form-urlencoded}
 * each, with one space between. A word that is empty stands for the empty text.
 */
final class ControlLine {
    private static final Map<String, Class<? extends Record>> MESSAGES = List.of(
                    WorkerHello.class,
                    OperatorHello.class,
                    StageReached.class,
                    Beat.class,
                    Retire.class,
                    Stop.class,
                    Command.class,
                    Answer.class)
            .stream()
            .collect(Collectors.toUnmodifiableMap(Class::getSimpleName, Function.identity()));

    private ControlLine() {}

    /** The line without its end. */
    static String write(ControlMessage message) {
        StringBuilder line = new StringBuilder(message.getClass().getSimpleName());
        for (RecordComponent component : message.getClass().getRecordComponents()) {
            line.append(' ')
                    .append(URLEncoder.encode(String.valueOf(value(message, component)), StandardCharsets.UTF_8));
        }
        return line.toString();
    }

    private static Object value(ControlMessage message, RecordComponent component) {
        try {
            return component.getAccessor().invoke(message);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("a control message can't be read", e);
        }
    }

    /** @throws ControlException if the line is not a message */
    static ControlMessage read(String line) throws ControlException {
        String[] words = line.split(" ", -1);
        Class<? extends Record> type = MESSAGES.get(words[0]);
        if (type == null) {
            throw new ControlException("'" + abbreviated(line) + "' is not a control message");
        }
        RecordComponent[] components = type.getRecordComponents();
        if (components.length != words.length - 1) {
            throw new ControlException(
                    "a " + words[0] + " has " + components.length + " values, not " + (words.length - 1));
        }
        try {
            return make(type, components, words);
        } catch (IllegalArgumentException e) {
            throw new ControlException("'" + abbreviated(line) + "' has an unsuitable value: " + e.getMessage(), e);
        }
    }

    private static ControlMessage make(Class<? extends Record> type, RecordComponent[] components, String[] words) {
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = parse(components[i].getType(), URLDecoder.decode(words[i + 1], StandardCharsets.UTF_8));
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            return (ControlMessage) type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a control message can't be made", e);
        }
    }

    private static Object parse(Class<?> type, String word) {
        if (type == long.class) {
            return Long.valueOf(word);
        }
        if (type == int.class) {
            return Integer.valueOf(word);
        }
        if (type == boolean.class) {
            return parseFlag(word);
        }
        if (type == StartStage.class) {
            return StartStage.valueOf(word);
        }
        return type == Action.class ? Action.valueOf(word) : word;
    }

    private static boolean parseFlag(String word) {
        if (!word.equals("true") && !word.equals("false")) {
            throw new IllegalArgumentException(word + " is neither true nor false");
        }
        return word.equals("true");
    }

    private static String abbreviated(String line) {
        return line.length() <= 80 ? line : line.substring(0, 80) + "...";
    }
}
