package dev.holdfast.engine;

import dev.holdfast.onnxruntime.Device;
import dev.holdfast.onnxruntime.Session;
import java.util.Map;

/**
 * A session and what its runs are given to.
 *
 * @param session owned by this
 * @param queue owned by the session
 * @param inputs where the session reads each input, by name
 * @param outputs where it writes each output
 */
record OpenSession(Session session, RunQueue queue, Map<String, Device> inputs, Map<String, Device> outputs)
        implements AutoCloseable {
    /** @param session becomes this one's, also if this fails */
    static OpenSession of(Session session, RunQueue queue) {
        try {
            return new OpenSession(session, queue, session.inputDevices(), session.outputDevices());
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /** Memory for an input, which the caller closes before this. */
    NativeBuffer inputBuffer(String name) {
        return buffer(inputs.getOrDefault(name, Device.CPU));
    }

    /** Memory for an output, which the caller closes before this. */
    NativeBuffer outputBuffer(String name) {
        return buffer(outputs.getOrDefault(name, Device.CPU));
    }

    private NativeBuffer buffer(Device place) {
        return new NativeBuffer(sizeBytes -> queue.allocate(session.runtime(), place, sizeBytes));
    }

    @Override
    public void close() {
        session.close();
    }
}
