package dev.holdfast.daemon.holder;

import com.google.protobuf.ByteString;
import dev.holdfast.daemon.onnx.ModelZoo;
import dev.holdfast.daemon.onnx.OnnxGraph.Content;
import dev.holdfast.daemon.onnx.OnnxGraph.Initializer;
import dev.holdfast.protocol.TensorType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A way to break version 1 of the model {@code bad}, and what the refusal must say of it. */
enum ModelDamage {
    NOT_ONNX("model.onnx is not an ONNX model", "export the model") {
        @Override
        void inflict(Path models) throws IOException {
            Files.writeString(onnx(models), "weights, honestly");
        }
    },
    TRUNCATED("model.onnx ends after", "copy or export the model again") {
        @Override
        void inflict(Path models) throws IOException {
            cut(onnx(models), Files.size(onnx(models)) - 7);
        }
    },
    DATA_MISSING("model.onnx.data, which does not exist", "copy it there") {
        @Override
        void inflict(Path models) throws IOException {
            Files.delete(data(models));
        }
    },
    DATA_TOO_SHORT("model.onnx.data, which has only " + (BadModelTest.WIDTH * 4 - 1), "copy the file again") {
        @Override
        void inflict(Path models) throws IOException {
            cut(data(models), BadModelTest.WIDTH * 4 - 1);
        }
    },
    DATA_ABOVE("'../model.onnx.data'", "without '..'") {
        @Override
        void inflict(Path models) throws IOException {
            Files.copy(data(models), models.resolve("bad/model.onnx.data"));
            writeNaming(models, "../model.onnx.data");
        }
    },
    DATA_ABSOLUTE("'/etc/hostname'", "relative path") {
        @Override
        void inflict(Path models) throws IOException {
            writeNaming(models, "/etc/hostname");
        }
    },
    DATA_LINKED("model.onnx.data is a symbolic link", "put the file itself") {
        @Override
        void inflict(Path models) throws IOException {
            Path elsewhere = models.resolveSibling("elsewhere");
            Files.move(data(models), elsewhere);
            Files.createSymbolicLink(data(models), elsewhere);
        }
    },
    STRINGS("STRING", "initializer") {
        @Override
        void inflict(Path models) throws IOException {
            write(models, new Initializer("s", TensorType.STRING, List.of(1L), new Content.Inline(ByteString.EMPTY)));
        }
    },
    CONFIG_WRONG("config.pbtxt:2", "protobuf text format") {
        @Override
        void inflict(Path models) throws IOException {
            Files.writeString(config(models), "name: \"bad\"\nversion_policy {{ latest }\n");
        }
    },
    CONFIG_OF_ANOTHER("config.pbtxt: the configuration is for the model 'good'", "rename one of them") {
        @Override
        void inflict(Path models) throws IOException {
            Files.writeString(config(models), "name: \"good\"\n");
        }
    },
    POLICY_SELECTS_ANOTHER("version_policy (specific [7])", "change config.pbtxt") {
        @Override
        void inflict(Path models) throws IOException {
            Files.writeString(config(models), "version_policy { specific { versions: 7 } }\n");
        }
    },
    VERSION_NO_NUMBER("v1", "positive number") {
        @Override
        void inflict(Path models) throws IOException {
            Files.move(models.resolve("bad/1"), models.resolve("bad/v1"));
        }
    },
    VERSION_EMPTY("has no file", "put the ONNX model there") {
        @Override
        void inflict(Path models) throws IOException {
            Files.delete(onnx(models));
        }
    };

    /** What the refusal names. */
    final String named;

    /** What it says to do. */
    final String remedy;

    ModelDamage(String named, String remedy) {
        this.named = named;
        this.remedy = remedy;
    }

    abstract void inflict(Path models) throws IOException;

    static Path onnx(Path models) {
        return models.resolve("bad/1/model.onnx");
    }

    static Path data(Path models) {
        return models.resolve("bad/1").resolve(ModelZoo.DATA_FILE);
    }

    static Path config(Path models) {
        return models.resolve("bad/config.pbtxt");
    }

    static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    static void writeNaming(Path models, String dataFile) throws IOException {
        Content content = new Content.External(dataFile, 0, (long) BadModelTest.WIDTH * Float.BYTES);
        write(models, new Initializer("b", TensorType.FLOAT, List.of((long) BadModelTest.WIDTH), content));
    }

    static void write(Path models, Initializer summand) throws IOException {
        ModelZoo.write(models, "bad", 1, ModelZoo.addition(BadModelTest.WIDTH, summand));
    }
}
