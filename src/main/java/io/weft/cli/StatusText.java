package io.weft.cli;

import io.weft.NetworkStatus;
import io.weft.NetworkStatus.Certificate;
import io.weft.NetworkStatus.Chaincode;
import io.weft.NetworkStatus.Channel;
import io.weft.NetworkStatus.Node;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A network's status for people and for machines. */
final class StatusText {
    private static final int SOONEST = 3;
    private static final long WARNING_DAYS = 30;

    private StatusText() {}

    static void print(Console console, NetworkStatus status, Clock clock) {
        Output out = console.out();
        if (status.networkId().isEmpty()) {
            out.println("No such network here.");
            return;
        }
        out.println("Network ID " + status.networkId().get());
        int width =
                status.nodes().stream().mapToInt(n -> n.name().length()).max().orElse(0);
        for (Node node : status.nodes()) {
            out.println(mark(out, node.ready())
                    + node.name()
                    + " ".repeat(width - node.name().length() + 2)
                    + node.kind()
                    + node.address().map(address -> "  " + address).orElse("")
                    + (node.detail().isEmpty() ? "" : "  " + node.detail()));
        }
        for (Channel channel : status.channels()) {
            out.println(out.bold("channel " + channel.name()) + "  leader "
                    + channel.leader().orElse("unknown"));
            channel.members()
                    .forEach((node, member) -> out.println("  " + mark(out, member.joined()) + node + "  height "
                            + member.height() + (member.detail().isEmpty() ? "" : "  " + member.detail())));
            for (Chaincode chaincode : channel.chaincodes()) {
                out.println("  " + mark(out, chaincode.sequence() > 0) + "chaincode " + chaincode.name()
                        + (chaincode.sequence() == 0
                                ? "  not committed"
                                : "  version " + chaincode.version() + "  sequence " + chaincode.sequence()));
                out.println("      approved: " + names(chaincode.approvals(), "not by ") + "  installed: "
                        + names(chaincode.installed(), "not on "));
                packages(chaincode).forEach(line -> out.println("      " + line));
            }
        }
        status.certificates().stream().limit(SOONEST).forEach(certificate -> {
            long days =
                    Duration.between(clock.instant(), certificate.notAfter()).toDays();
            String line = "certificate " + certificate.owner() + " expires in " + days + " days";
            out.println(days < WARNING_DAYS ? out.yellow(line) : line);
        });
    }

    private static String mark(Output out, boolean good) {
        return good ? out.green("✓ ") : out.red("✗ ");
    }

    private static String names(Map<String, Boolean> answers, String not) {
        List<String> yes = new ArrayList<>();
        List<String> no = new ArrayList<>();
        answers.forEach((name, answer) -> (answer ? yes : no).add(name));
        return (yes.isEmpty() ? "none" : String.join(", ", yes))
                + (no.isEmpty() ? "" : " (" + not + String.join(", ", no) + ")");
    }

    static Map<String, Object> json(NetworkStatus status) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("networkId", status.networkId().orElse(null));
        result.put("asWanted", status.isAsWanted());
        List<Object> nodes = new ArrayList<>();
        for (Node node : status.nodes()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", node.name());
            row.put("kind", node.kind());
            row.put("ready", node.ready());
            row.put("detail", node.detail());
            node.address().ifPresent(address -> row.put("address", address));
            nodes.add(row);
        }
        result.put("nodes", nodes);
        result.put("channels", status.channels().stream().map(StatusText::json).toList());
        List<Object> certificates = new ArrayList<>();
        for (Certificate certificate : status.certificates()) {
            certificates.add(Json.object(
                    Map.entry("owner", certificate.owner()),
                    Map.entry("notAfter", certificate.notAfter().toString())));
        }
        result.put("certificates", certificates);
        return result;
    }

    /** One line where all organizations have the same. */
    private static List<String> packages(Chaincode chaincode) {
        return Set.copyOf(chaincode.packageIds().values()).size() == 1
                ? List.of("package ID: "
                        + chaincode.packageIds().values().iterator().next())
                : chaincode.packageIds().entrySet().stream()
                        .map(entry -> "package ID of " + entry.getKey() + ": " + entry.getValue())
                        .toList();
    }

    private static Map<String, Object> json(Channel channel) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("name", channel.name());
        result.put("leader", channel.leader().orElse(null));
        Map<String, Object> members = new LinkedHashMap<>();
        channel.members().forEach((node, member) -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("joined", member.joined());
            row.put("height", member.height());
            row.put("detail", member.detail());
            members.put(node, row);
        });
        result.put("members", members);
        List<Object> chaincodes = new ArrayList<>();
        for (Chaincode chaincode : channel.chaincodes()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("name", chaincode.name());
            row.put("version", chaincode.version());
            row.put("sequence", chaincode.sequence());
            row.put("approvals", chaincode.approvals());
            row.put("installed", chaincode.installed());
            row.put("packageIds", chaincode.packageIds());
            chaincodes.add(row);
        }
        result.put("chaincodes", chaincodes);
        return result;
    }
}
