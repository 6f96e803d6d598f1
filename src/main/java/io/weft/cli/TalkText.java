package io.weft.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weft.model.Chaincode;
import io.weft.model.Channel;
import io.weft.model.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How somebody who has just made a network talks to it: a command that works as it is printed. */
final class TalkText {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Contracts of the contract API have this one, which lists the others. */
    private static final String METADATA = "org.hyperledger.fabric:GetMetadata";

    private static final String SYSTEM = "org.hyperledger.fabric";
    private static final Pattern READS = Pattern.compile("(get|read|query|list|find|all)\\w*");
    private static final Pattern PLAIN = Pattern.compile("[\\w./:@%+=,~-]+");

    private TalkText() {}

    /** A function of a contract, as its metadata lists it. */
    private record Function(String name, int parameters, boolean evaluates) {
        boolean onlyReads() {
            String bare = name.substring(name.indexOf(':') + 1);
            return evaluates || READS.matcher(bare.toLowerCase(Locale.ROOT)).matches();
        }
    }

    /**
     * The command.
     *
     * @param program how the user called weft
     * @param where the spec and what tells the network from others, as the user gave it
     * @param metadata what the chaincode said of itself
     * @return empty if no channel has a chaincode that an organization runs
     */
    static Optional<String> command(
            Network network,
            String program,
            List<String> where,
            BiFunction<String, String, Optional<String>> metadata) {
        for (Channel channel : network.channels()) {
            for (Chaincode chaincode : channel.chaincodes()) {
                if (!chaincode.organizations().isEmpty()) {
                    List<String> words = new ArrayList<>(List.of(program, "evaluate"));
                    words.addAll(where);
                    if (!channel.equals(network.channels().get(0))) {
                        words.addAll(List.of("--channel", channel.name()));
                    }
                    if (!chaincode.equals(channel.chaincodes().get(0))) {
                        words.addAll(List.of("--chaincode", chaincode.name()));
                    }
                    words.addAll(List.of("--org", chaincode.organizations().get(0)));
                    words.add(metadata.apply(channel.name(), chaincode.name())
                            .flatMap(TalkText::question)
                            .orElse(METADATA));
                    return Optional.of(String.join(
                            " ", words.stream().map(TalkText::quoted).toList()));
                }
            }
        }
        return Optional.empty();
    }

    /** A function that takes nothing and only reads. */
    private static Optional<String> question(String metadata) {
        return functions(metadata)
                .filter(function -> function.parameters() == 0)
                .filter(Function::onlyReads)
                .map(Function::name)
                .sorted()
                .findFirst();
    }

    private static Stream<Function> functions(String metadata) {
        try {
            List<Function> result = new ArrayList<>();
            JsonNode contracts = JSON.readTree(metadata).path("contracts");
            List<Map.Entry<String, JsonNode>> own = contracts.properties().stream()
                    .filter(contract -> !contract.getKey().equals(SYSTEM))
                    .toList();
            for (Map.Entry<String, JsonNode> contract : own) {
                String prefix = own.size() == 1 ? "" : contract.getKey() + ":";
                for (JsonNode function : contract.getValue().path("transactions")) {
                    // The Java and Node contract APIs call them `tags` and `tag`, Go's as Node's.
                    String tags = function.path("tags") + " " + function.path("tag");
                    result.add(new Function(
                            prefix + function.path("name").asText(),
                            function.path("parameters").size(),
                            tags.toLowerCase(Locale.ROOT).contains("evaluate")));
                }
            }
            return result.stream();
        } catch (JsonProcessingException e) {
            return Stream.empty(); // It answers the question with something of its own.
        }
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
