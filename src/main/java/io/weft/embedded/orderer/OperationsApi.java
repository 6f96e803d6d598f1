package io.weft.embedded.orderer;

import io.weft.embedded.http.HttpServer.Request;
import io.weft.embedded.http.HttpServer.Response;
import java.time.Clock;
import java.util.function.Function;

/** The operations endpoint: {@code /healthz}, and those of Fabric's {@code /metrics} that tell of channels. */
final class OperationsApi implements Function<Request, Response> {
    private final Channels channels;
    private final Clock clock;

    OperationsApi(Channels channels, Clock clock) {
        this.channels = channels;
        this.clock = clock;
    }

    @Override
    public Response apply(Request request) {
        return switch (request.path()) {
            case "/healthz" ->
                Response.of(200, "application/json", "{\"status\":\"OK\",\"time\":\"" + clock.instant() + "\"}");
            case "/metrics" -> Response.of(200, "text/plain; version=0.0.4; charset=utf-8", metrics());
            default -> Response.of(404, "text/plain; charset=utf-8", "404 page not found\n");
        };
    }

    private String metrics() {
        StringBuilder result = new StringBuilder();
        for (String name : channels.names()) {
            channels.find(name).ifPresent(channel -> describe(result, name, channel));
        }
        return result.toString();
    }

    private static void describe(StringBuilder to, String name, Channels.Joined channel) {
        ChannelInfo info = channel.info();
        line(to, "ledger_blockchain_height", name, info.height());
        line(to, "participation_consensus_relation", name, info.relation().equals("consenter") ? 1 : 2);
        line(to, "participation_status", name, info.status().equals("active") ? 1 : 2);
        if (!channel.isServing()) {
            return;
        }
        Chain chain = channel.chain();
        Consensus consensus = chain.consensus();
        String protocol = consensus.isBft() ? "consensus_BFT_" : "consensus_etcdraft_";
        line(to, protocol + "cluster_size", name, consensus.consenters().size());
        line(to, protocol + "is_leader", name, channel.isLeader() ? 1 : 0);
        line(to, protocol + "committed_block_number", name, info.height() - 1);
        if (consensus.isBft()) {
            line(to, protocol + "leader_id", name, chain.leaderId());
        } else {
            line(to, protocol + "active_nodes", name, chain.activeConsenters());
        }
    }

    private static void line(StringBuilder to, String metric, String channel, long value) {
        to.append(metric)
                .append("{channel=\"")
                .append(channel)
                .append("\"} ")
                .append(value)
                .append('\n');
    }
}
