package io.weft.embedded.ca;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weft.pki.Credential;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Fabric CA's REST API. Every path exists with and without {@code /api/v1} before it. For one thread at a time: what one
 * call changes is committed before the next one starts.
 */
final class Api {
    /** The server whose behaviour this is. */
    static final String VERSION = "v1.5.21-weft";

    private static final String PREFIX = "/api/v1/";

    /** One endpoint: the methods it takes, and what it does. {@code rest} is the part of the path behind its name. */
    private record Endpoint(Set<String> methods, Handler handler) {
        interface Handler {
            Answer handle(Call call, String rest);
        }
    }

    private final String name;
    private final Credential signing;
    private final Registry registry;
    private final Authentication authentication;
    private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

    Api(String name, Credential signing, Registry registry, Clock clock, SecureRandom random) {
        this.name = name;
        this.signing = signing;
        this.registry = registry;
        this.authentication = new Authentication(registry, signing.certificate(), clock);
        Enrollment enrollment = new Enrollment(signing, registry, clock, random);
        Identities identities = new Identities(registry, random);
        Revocations revocations = new Revocations(signing, registry, clock);
        Affiliations affiliations = new Affiliations(registry);
        put("cainfo", Set.of("GET", "POST", "HEAD"), (call, rest) -> Answer.ok(info(call)));
        put("enroll", Set.of("POST"), (call, rest) -> enroll(call, enrollment));
        put("reenroll", Set.of("POST"), (call, rest) -> {
            Caller caller = byToken(call);
            return Answer.created(enrollment.issue(caller, call.body(), info()));
        });
        put("register", Set.of("POST"), (call, rest) -> {
            requireThisAuthority(call);
            Identities.Wanted wanted = Identities.Wanted.read(call.body());
            return identities.register(byToken(call), wanted);
        });
        put("revoke", Set.of("POST"), (call, rest) -> {
            Revocations.Wanted wanted = Revocations.Wanted.read(call.body());
            return Answer.ok(revocations.revoke(byToken(call), wanted));
        });
        put("gencrl", Set.of("POST"), (call, rest) -> {
            Revocations.Window window = Revocations.Window.read(call.body());
            return Answer.ok(revocations.list(byToken(call), window));
        });
        put("certificates", Set.of("GET", "DELETE"), (call, rest) -> revocations.certificates(byToken(call), call));
        put("identities", Set.of("GET", "POST"), (call, rest) -> identities.all(byToken(call), call, named(call)));
        put(
                "identities/",
                Set.of("GET", "PUT", "DELETE"),
                (call, rest) -> identities.one(byToken(call), call, rest, named(call)));
        put("affiliations", Set.of("GET", "POST"), (call, rest) -> affiliations.all(byToken(call), call, named(call)));
        put(
                "affiliations/",
                Set.of("GET", "PUT", "DELETE"),
                (call, rest) -> affiliations.one(byToken(call), call, rest, named(call)));
        put("idemix/credential", Set.of("POST"), (call, rest) -> refuseIdemix());
        put("idemix/cri", Set.of("POST"), (call, rest) -> refuseIdemix());
    }

    private void put(String path, Set<String> methods, Endpoint.Handler handler) {
        endpoints.put(path, new Endpoint(methods, handler));
    }

    private static Answer refuseIdemix() {
        throw Refusal.of(
                501,
                Refusal.UNKNOWN,
                "The embedded Fabric CA issues no Idemix credentials; run Fabric's own fabric-ca-server"
                        + " (`--nodes fabric`) for them.");
    }

    /**
     * Answers a call.
     *
     * @return empty if there is no such path
     * @throws Refusal if Fabric CA would say no
     */
    Optional<Answer> handle(Call call) {
        String path = call.path();
        String local = path.startsWith(PREFIX) ? path.substring(PREFIX.length()) : path.replaceFirst("^/", "");
        int slash = local.indexOf('/');
        boolean isItem = slash >= 0 && endpoints.containsKey(local.substring(0, slash + 1));
        String rest = isItem ? local.substring(slash + 1) : "";
        if (isItem && (rest.isEmpty() || rest.indexOf('/') >= 0)) {
            return Optional.empty();
        }
        Endpoint endpoint = endpoints.get(isItem ? local.substring(0, slash + 1) : local);
        if (endpoint == null || (!isItem && local.endsWith("/"))) {
            return Optional.empty();
        }
        if (!endpoint.methods().contains(call.method())) {
            throw Refusal.of(405, Refusal.METHOD_NOT_ALLOWED, "Method " + call.method() + " is not allowed");
        }
        return Optional.of(committed(call, endpoint, rest));
    }

    /** A refusal may have changed something, too: it counts wrong passwords. */
    private Answer committed(Call call, Endpoint endpoint, String rest) {
        boolean isAnswered = false;
        try {
            Answer result = endpoint.handler().handle(call, rest);
            isAnswered = true;
            return result;
        } catch (Refusal e) {
            isAnswered = true;
            throw e;
        } finally {
            if (isAnswered) {
                registry.commit();
            } else {
                registry.rollback();
            }
        }
    }

    private Answer enroll(Call call, Enrollment enrollment) {
        String[] pair = Authentication.requireUserAndPassword(Authentication.requireHeader(call));
        requireThisAuthority(call);
        Caller caller = authentication.byPassword(pair[0], pair[1]);
        ObjectNode result = enrollment.issue(caller, call.body(), info());
        registry.put(caller.user().withState(caller.user().state() + 1));
        return Answer.created(result);
    }

    private Caller byToken(Call call) {
        String token = Authentication.requireHeader(call);
        requireThisAuthority(call);
        return authentication.byToken(token, call);
    }

    /** The name that the call gives to the CA: parameter before body, this CA's own where it gives none. */
    private String named(Call call) {
        String parameter = call.parameter("ca");
        if (!parameter.isEmpty()) {
            return parameter;
        }
        String field = call.tryBody().map(body -> body.text("caname")).orElse("");
        return field.isEmpty() ? name : field;
    }

    private void requireThisAuthority(Call call) {
        String wanted = named(call);
        if (!wanted.equals(name)) {
            throw Refusal.of(404, Refusal.CA_NOT_FOUND, "CA '" + wanted + "' does not exist");
        }
    }

    private ObjectNode info(Call call) {
        requireThisAuthority(call);
        return info().put("Version", VERSION);
    }

    /** The keys are Idemix's, which this server does not have. */
    private ObjectNode info() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("CAName", name)
                .put("CAChain", base64(signing.certificatePem()))
                .put("IssuerPublicKey", "")
                .put("IssuerRevocationPublicKey", "")
                .put("Version", "");
    }

    static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
