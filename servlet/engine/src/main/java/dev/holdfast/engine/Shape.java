package dev.holdfast.engine;

import java.util.Arrays;
import java.util.List;

/** Dimensions of a tensor, outermost first; empty for a scalar. Immutable. */
public final class Shape {
    /** What a scalar has. */
    public static final Shape SCALAR = new Shape();

    private final long[] dimensions;

    private Shape(long... dimensions) {
        this.dimensions = dimensions;
    }

    /** A copy of {@code dimensions}; where a model declares it, -1 stands for any size. */
    public static Shape of(long... dimensions) {
        return new Shape(dimensions.clone());
    }

    /** The same dimensions. */
    public static Shape of(List<Long> dimensions) {
        return new Shape(dimensions.stream().mapToLong(Long::longValue).toArray());
    }

    /** How many dimensions there are. */
    public int rank() {
        return dimensions.length;
    }

    /** One dimension, counted from the outermost, 0. */
    public long dimension(int index) {
        return dimensions[index];
    }

    /** The same dimensions as a list. */
    public List<Long> toList() {
        return Arrays.stream(dimensions).boxed().toList();
    }

    /**
     * How many elements a tensor of this shape has; 1 for a scalar.
     *
     * @throws ArithmeticException if a dimension is negative or the product exceeds 2^63 - 1
     */
    public long elementCount() {
        long count = 1;
        boolean empty = false;
        for (long dimension : dimensions) {
            if (dimension < 0) {
                throw new ArithmeticException("negative dimension in " + this);
            }
            empty |= dimension == 0;
        }
        for (int i = 0; i < dimensions.length && !empty; i++) {
            count = Math.multiplyExact(count, dimensions[i]);
        }
        return empty ? 0 : count;
    }

    /** This shape with another outermost dimension. */
    Shape withOutermost(long dimension) {
        long[] changed = dimensions.clone();
        changed[0] = dimension;
        return new Shape(changed);
    }

    /** Whether all dimensions but the outermost are equal. */
    boolean sameRow(Shape other) {
        return dimensions.length == other.dimensions.length
                && (dimensions.length == 0
                        || Arrays.equals(
                                dimensions, 1, dimensions.length, other.dimensions, 1, other.dimensions.length));
    }

    /** Whether a declared shape, with -1 for any size, admits {@code actual}. */
    boolean admits(Shape actual) {
        if (dimensions.length != actual.dimensions.length) {
            return false;
        }
        for (int i = 0; i < dimensions.length; i++) {
            if (dimensions[i] >= 0 && dimensions[i] != actual.dimensions[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(dimensions);
    }

    /** As the protocol writes it, such as {@code [1, 384]}. */
    @Override
    public String toString() {
        return Arrays.toString(dimensions);
    }
}
