package dev.holdfast.daemon.repository;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Typed access to the fields of a parsed message by Triton's names, all of which are in {@link ConfigSchema}. */
final class ConfigMessage {
    private final Message message;

    ConfigMessage(Message message) {
        this.message = message;
    }

    String text(String field) {
        return (String) message.getField(descriptor(field));
    }

    int signed(String field) {
        return (Integer) message.getField(descriptor(field));
    }

    /**
     * A {@code uint32}, which protobuf hands out as a signed one.
     *
     * @throws IllegalArgumentException if it exceeds 2^31 - 1
     */
    int unsigned(String field) {
        int value = signed(field);
        if (value < 0) {
            throw new IllegalArgumentException(
                    field + " is too large: " + Integer.toUnsignedString(value) + "; at most " + Integer.MAX_VALUE);
        }
        return value;
    }

    /**
     * A {@code uint64}, which protobuf hands out as a signed one.
     *
     * @throws IllegalArgumentException if it exceeds 2^63 - 1
     */
    long unsignedLong(String field) {
        long value = (Long) message.getField(descriptor(field));
        if (value < 0) {
            throw new IllegalArgumentException(
                    field + " is too large: " + Long.toUnsignedString(value) + "; at most " + Long.MAX_VALUE);
        }
        return value;
    }

    String choice(String field) {
        return ((EnumValueDescriptor) message.getField(descriptor(field))).getName();
    }

    Optional<ConfigMessage> child(String field) {
        FieldDescriptor descriptor = descriptor(field);
        return message.hasField(descriptor)
                ? Optional.of(new ConfigMessage((Message) message.getField(descriptor)))
                : Optional.empty();
    }

    List<ConfigMessage> children(String field) {
        return list(field, Message.class).stream().map(ConfigMessage::new).toList();
    }

    <T> List<T> list(String field, Class<T> elements) {
        FieldDescriptor descriptor = descriptor(field);
        List<T> list = new ArrayList<>();
        for (int i = 0; i < message.getRepeatedFieldCount(descriptor); i++) {
            list.add(elements.cast(message.getRepeatedField(descriptor, i)));
        }
        return list;
    }

    private FieldDescriptor descriptor(String field) {
        return message.getDescriptorForType().findFieldByName(field);
    }
}
