package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What goes back: an HTTP status and Fabric CA's envelope around the result. */
record Answer(int status, Optional<String> location, JsonNode envelope) {
    static Answer ok(JsonNode result) {
        return success(200, result);
    }

    static Answer created(JsonNode result) {
        return success(201, result);
    }

    private static Answer success(int status, JsonNode result) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode();
        envelope.set("result", result);
        envelope.putArray("errors");
        envelope.putArray("messages");
        return new Answer(status, Optional.empty(), envelope.put("success", true));
    }

    static Answer of(Refusal refusal) {
        ObjectNode envelope = JsonNodeFactory.instance.objectNode().put("result", "");
        envelope.putArray("errors").addObject().put("code", refusal.shownCode()).put("message", refusal.shown());
        envelope.putArray("messages");
        return new Answer(refusal.status(), Optional.empty(), envelope.put("success", false));
    }

    Answer at(String place) {
        return new Answer(status, Optional.of(place), envelope);
    }
}
