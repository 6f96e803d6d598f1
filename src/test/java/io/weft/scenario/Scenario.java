package io.weft.scenario;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Something that a user of Fabric does.
 *
 * @param method its steps; its name is the sentence
 */
record Scenario(Method method) {
    private static final List<Class<?>> TOPICS = List.of(
            FabricCa.class,
            Participation.class,
            Ordering.class,
            Configuration.class,
            SystemChaincodes.class,
            Endorsement.class,
            Validation.class,
            PrivateCollections.class,
            Lifecycle.class,
            GatewayCalls.class,
            Events.class,
            DiscoveryCalls.class);

    Scenario {
        requireNonNull(method, "method");
    }

    /** All of them, by topic. */
    static List<Scenario> all() {
        return TOPICS.stream()
                .flatMap(topic -> Arrays.stream(topic.getDeclaredMethods())
                        .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {Stage.class})
                                && method.getReturnType() == void.class
                                && !method.isSynthetic()
                                && !java.lang.reflect.Modifier.isPrivate(method.getModifiers()))
                        .sorted(Comparator.comparing(Method::getName))
                        .map(Scenario::new))
                .toList();
    }

    String topic() {
        return method.getDeclaringClass()
                .getSimpleName()
                .replaceAll("(?<=.)([A-Z])", " $1")
                .replace("Fabric Ca", "Fabric CA");
    }

    String sentence() {
        String words = method.getName().replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    String golden() {
        return method.getDeclaringClass().getSimpleName().toLowerCase(java.util.Locale.ROOT) + "/" + method.getName()
                + ".txt";
    }

    /** Runs it and returns what was observed. */
    String play(House house, Path folder) throws Exception {
        Transcript out = new Transcript(sentence());
        Object topic = method.getDeclaringClass().getDeclaredConstructor().newInstance();
        try {
            method.invoke(topic, new Stage(house, out, folder));
        } catch (InvocationTargetException e) {
            throw new AssertionError("After:\n" + out, e.getCause());
        }
        return out.toString();
    }

    static Stream<Scenario> matching(String part) {
        return all().stream().filter(scenario -> scenario.golden().contains(part));
    }
}
