package io.weft.node;

import java.util.List;

/**
 * A node that serves.
 *
 * @param title what it is and where it listens
 * @param unused settings without effect
 * @param parts what to close, in this order
 */
record RunningProgram(String title, List<String> unused, List<AutoCloseable> parts) implements AutoCloseable {
    RunningProgram {
        unused = List.copyOf(unused);
        parts = List.copyOf(parts);
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException("Not thrown by a node", e);
            }
        }
    }
}
