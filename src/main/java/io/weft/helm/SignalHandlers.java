package io.weft.helm;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the signals back to the JVM after the Helm SDK has taken them: its Go runtime puts its own handlers in place
 * with the first command, and then neither Ctrl-C nor SIGTERM ends the process.
 *
 * @see <a href="https://github.com/manusa/helm-java/issues/409">helm-java issue 409</a>
 */
final class SignalHandlers {
    private static final Logger LOG = LoggerFactory.getLogger(SignalHandlers.class);
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private final Map<Object, Object> before = new HashMap<>();

    private SignalHandlers() {}

    /** Remembers the handlers that are in place; to be called before the SDK is loaded. */
    static SignalHandlers capture() {
        SignalHandlers result = new SignalHandlers();
        for (String name : NAMES) {
            try {
                Object signal = Class.forName("sun.misc.Signal")
                        .getConstructor(String.class)
                        .newInstance(name);
                // The only way to read a handler is to set another one.
                Object handler = handle(signal, ignoring());
                handle(signal, handler);
                result.before.put(signal, handler);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                LOG.debug("Signal {} is not handled by this JVM", name, e);
            }
        }
        return result;
    }

    /** Puts them back. */
    void restore() {
        before.forEach((signal, handler) -> {
            try {
                handle(signal, handler);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                LOG.debug("{} was not given back", signal, e);
            }
        });
    }

    private static Object handle(Object signal, Object handler) throws ReflectiveOperationException {
        // By reflection, since the compiler warns of this class, which has no supported successor.
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        try {
            return signal.getClass()
                    .getMethod("handle", signal.getClass(), handlerType)
                    .invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException notAllowed) {
                throw notAllowed;
            }
            throw e;
        }
    }

    private static Object ignoring() throws ClassNotFoundException {
        InvocationHandler nothing = (proxy, method, arguments) -> null;
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        return Proxy.newProxyInstance(SignalHandlers.class.getClassLoader(), new Class<?>[] {handlerType}, nothing);
    }
}
