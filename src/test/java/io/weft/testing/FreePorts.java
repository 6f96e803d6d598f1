package io.weft.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loopback ports for nodes that have to know theirs before they listen, or that keep theirs while they are stopped. All are
 * below those that the system gives to outgoing connections, and none is given twice by a JVM: nobody takes one meanwhile.
 */
public final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int COUNT = 8_000;
    private static final AtomicInteger NEXT = new AtomicInteger(new SecureRandom().nextInt(COUNT));

    private FreePorts() {}

    /** A port on which nobody listens. */
    public static int next() {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + NEXT.getAndIncrement() % COUNT;
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("No loopback port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free.");
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether somebody listens there. */
    public static boolean isServed(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
