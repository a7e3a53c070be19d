package dev.holdfast.jetty;

import dev.holdfast.engine.Models;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.component.Container;

/**
 * Hands the engine to every context of a server, whenever and by whomever it is added: Jetty's contexts inherit no
 * attributes from the server, but the server's tree of beans tells an inherited listener of each of them.
 */
final class ContextAttribute implements Container.InheritedListener {
    private final Models models;

    ContextAttribute(Models models) {
        this.models = models;
    }

    @Override
    public void beanAdded(Container parent, Object child) {
        if (child instanceof ContextHandler context && context.getAttribute(Models.ATTRIBUTE) == null) {
            context.setAttribute(Models.ATTRIBUTE, models);
        }
    }

    @Override
    public void beanRemoved(Container parent, Object child) {
        if (child instanceof ContextHandler context && context.getAttribute(Models.ATTRIBUTE) == models) {
            context.removeAttribute(Models.ATTRIBUTE);
        }
    }
}
