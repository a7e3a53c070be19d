package dev.holdfast.inference;

import java.util.function.Function;

/** What answers the requests of a route. Any thread. */
interface Endpoint {
    /** Sees to it that the call is answered, now or later; what it throws becomes the answer. */
    void serve(Call call);

    /** One that answers at once. */
    static Endpoint of(Function<Call, Reply> answer) {
        return call -> call.exchange().reply(answer.apply(call));
    }
}
