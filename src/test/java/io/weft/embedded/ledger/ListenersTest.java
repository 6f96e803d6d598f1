package io.weft.embedded.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ListenersTest {
    private final List<String> heard = new ArrayList<>();
    private final Listeners<Consumer<String>> listeners = new Listeners<>();

    @Test
    void all_are_told_in_the_order_in_which_they_came() {
        listeners.add(word -> heard.add("first " + word));
        listeners.add(word -> heard.add("second " + word));
        listeners.tell(listener -> listener.accept("call"));
        assertThat(heard).containsExactly("first call", "second call");
    }

    @Test
    void one_that_is_registered_twice_is_dismissed_once() {
        Consumer<String> same = heard::add;
        BlockSource.Registration first = listeners.add(same);
        BlockSource.Registration second = listeners.add(same);
        first.close();
        first.close();
        listeners.tell(listener -> listener.accept("still there"));
        assertThat(heard).containsExactly("still there");
        second.close();
        listeners.tell(listener -> listener.accept("nobody"));
        assertThat(heard).hasSize(1);
    }

    @Test
    void a_listener_may_dismiss_itself_while_it_is_told() {
        List<BlockSource.Registration> own = new ArrayList<>();
        own.add(listeners.add(word -> {
            heard.add(word);
            own.get(0).close();
        }));
        listeners.tell(listener -> listener.accept("once"));
        listeners.tell(listener -> listener.accept("twice"));
        assertThat(heard).containsExactly("once");
    }
}
