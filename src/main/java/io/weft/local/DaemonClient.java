package io.weft.local;

import io.weft.local.Control.Answer;
import io.weft.local.Control.Listener;
import io.weft.local.Control.Order;
import io.weft.local.Control.Request;
import io.weft.local.ProgramNode.Running;
import io.weft.problem.RejectedException;
import io.weft.problem.UnreachableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Talks to the process that runs a network's nodes. */
final class DaemonClient {
    private static final int CONNECT_MILLIS = 2000;
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final StateFolder folder;
    private final Listener listener;

    private DaemonClient(StateFolder folder, Listener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    /** The process that runs the network's nodes now, if there is one. */
    static Optional<DaemonClient> find(StateFolder folder) {
        return StateFolder.readJson(folder.daemon(), Listener.class)
                .filter(listener -> listener.process().find().isPresent())
                .map(listener -> new DaemonClient(folder, listener));
    }

    /** The process, which may have ended meanwhile. */
    Running process() {
        return listener.process();
    }

    /**
     * Gives an order and waits until it is carried out.
     *
     * @throws RejectedException if it could not be carried out
     * @throws UnreachableException if the process does not answer
     */
    Answer ask(Order order, List<String> nodes, Duration patience) {
        Request request = new Request(listener.token(), order, nodes, patience.toMillis());
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()), CONNECT_MILLIS);
            socket.setSoTimeout((int) patience.plus(ANSWER).toMillis());
            socket.getOutputStream().write((RecordJson.line(request) + "\n").getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (line == null) {
                throw new IOException("no answer");
            }
            Answer answer = RecordJson.parse(line, Answer.class);
            if (!answer.problem().isEmpty()) {
                throw new RejectedException(answer.problem());
            }
            return answer;
        } catch (IOException e) {
            throw new UnreachableException(
                    "The process that runs network `" + folder.network() + "` (pid "
                            + listener.process().pid() + ") does not answer: " + e.getMessage() + ". Its log is `"
                            + folder.daemonLog() + "`; `weft up` starts it anew once it has ended.",
                    e);
        }
    }

    Answer ask(Order order, List<String> nodes) {
        return ask(order, nodes, Duration.ZERO);
    }
}
