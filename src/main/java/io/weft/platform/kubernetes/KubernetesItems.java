package io.weft.platform.kubernetes;

import io.weft.kubernetes.ConfigMap;
import io.weft.kubernetes.Metadata;
import io.weft.kubernetes.Secret;
import io.weft.kubernetes.Store;
import io.weft.platform.Item;
import io.weft.platform.Items;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** Secrets or ConfigMaps. */
final class KubernetesItems<T> implements Items {
    static final Form<Secret> SECRETS = new Form<>() {
        @Override
        public Item read(Secret secret) {
            Map<String, String> texts = new LinkedHashMap<>();
            secret.data().forEach((entry, bytes) -> texts.put(entry, text(bytes)));
            return item(secret.metadata(), texts, Map.of());
        }

        @Override
        public Secret write(Item item, Optional<Secret> before) {
            Map<String, byte[]> data = new LinkedHashMap<>(item.bytes());
            Map<String, byte[]> old = before.map(Secret::data).orElse(Map.of());
            // What is not changed stays as it is to the byte, even where it is no text.
            item.texts()
                    .forEach((entry, text) -> data.put(
                            entry,
                            old.containsKey(entry) && text(old.get(entry)).equals(text)
                                    ? old.get(entry)
                                    : text.getBytes(StandardCharsets.UTF_8)));
            return new Secret(
                    before.map(Secret::metadata).orElseGet(() -> metadata(item)),
                    before.map(Secret::type).orElse("Opaque"),
                    data);
        }
    };

    static final Form<ConfigMap> CONFIG_MAPS = new Form<>() {
        @Override
        public Item read(ConfigMap map) {
            return item(map.metadata(), map.data(), map.binaryData());
        }

        @Override
        public ConfigMap write(Item item, Optional<ConfigMap> before) {
            return new ConfigMap(
                    before.map(ConfigMap::metadata).orElseGet(() -> metadata(item)), item.texts(), item.bytes());
        }
    };

    private final String kind;
    private final Store<T> store;
    private final Form<T> form;
    private final Function<T, Metadata> metadata;

    KubernetesItems(String kind, Store<T> store, Form<T> form, Function<T, Metadata> metadata) {
        this.kind = kind;
        this.store = store;
        this.form = form;
        this.metadata = metadata;
    }

    /** How an object of Kubernetes and an item become each other. */
    interface Form<T> {
        Item read(T object);

        /**
         * @param before what is there, whose metadata stays
         */
        T write(Item item, Optional<T> before);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static Item item(Metadata metadata, Map<String, String> texts, Map<String, byte[]> bytes) {
        return new Item(metadata.namespace(), metadata.name(), metadata.labels(), metadata.annotations(), texts, bytes);
    }

    private static Metadata metadata(Item item) {
        return Metadata.of(item.namespace(), item.name(), item.labels(), item.notes());
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public Creation createIfAbsent(Item item) {
        Store.Creation<T> creation = store.createIfAbsent(form.write(item, Optional.empty()));
        return new Creation(form.read(creation.value()), creation.created());
    }

    @Override
    public Optional<Item> find(String namespace, String name) {
        return store.find(namespace, name).map(form::read);
    }

    @Override
    public List<Item> list(String namespace, Map<String, String> labels) {
        return store.list(namespace, labels).stream().map(form::read).toList();
    }

    @Override
    public Item update(String namespace, String name, UnaryOperator<Item> change) {
        return form.read(store.update(
                namespace, name, object -> form.write(change.apply(form.read(object)), Optional.of(object))));
    }

    @Override
    public void delete(String namespace, String name, Map<String, String> labels) {
        store.find(namespace, name)
                .map(metadata)
                .filter(found -> found.labels().entrySet().containsAll(labels.entrySet()))
                .ifPresent(found -> store.delete(namespace, name, found.uid()));
    }
}
