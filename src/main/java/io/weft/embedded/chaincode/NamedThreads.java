package io.weft.embedded.chaincode;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads whose names say what they are for. */
final class NamedThreads implements ThreadFactory {
    private final String name;
    private final AtomicInteger last = new AtomicInteger();

    NamedThreads(String name) {
        this.name = name;
    }

    @Override
    public Thread newThread(Runnable work) {
        Thread thread = new Thread(work, name + "-" + last.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }
}
