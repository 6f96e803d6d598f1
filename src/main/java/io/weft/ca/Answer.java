package io.weft.ca;

import com.fasterxml.jackson.databind.JsonNode;
import io.weft.problem.RejectedException;
import java.util.ArrayList;
import java.util.List;

/** Fabric CA's envelope around every answer. */
record Answer(int status, JsonNode body) {
    /** Identity already registered. */
    static final int ALREADY_REGISTERED = 74;

    /** Identity not found. */
    static final int NOT_FOUND = 63;

    boolean isSuccess() {
        return status / 100 == 2 && body.path("success").asBoolean();
    }

    boolean hasCode(int code) {
        return codes().contains(code);
    }

    private List<Integer> codes() {
        List<Integer> result = new ArrayList<>();
        body.path("errors").forEach(error -> result.add(error.path("code").asInt()));
        return result;
    }

    /**
     * @param what what was asked for, within a sentence: {@code to enroll `user1`}
     * @throws RejectedException unless the server did it
     */
    JsonNode result(String server, String what) {
        if (isSuccess()) {
            return body.path("result");
        }
        List<String> said = new ArrayList<>();
        body.path("errors")
                .forEach(error -> said.add("`" + error.path("message").asText() + "` (code "
                        + error.path("code").asInt() + ")"));
        String remedy = codes().stream().map(Answer::remedy).findFirst().orElse(GENERAL);
        throw new RejectedException("The Fabric CA at `" + server + "` refused " + what + " with HTTP status " + status
                + (said.isEmpty() ? "" : ": " + String.join(", ", said)) + ".\n  Fix: " + remedy);
    }

    private static final String GENERAL = "Read the log of the Fabric CA's pod; it says more than its answer.";

    private static String remedy(int code) {
        return switch (code) {
            case 19 -> "Leave the CA's name away, or give the one that `cainfo` reports.";
            case 20 ->
                "Compare name and password with those registered; the CA answers the same for both, and for a"
                        + " caller whose certificate it did not issue itself, that has expired or was revoked.";
            case 71 ->
                "Call as a registrar that may do this: its `hf.Registrar.Roles`, `hf.Registrar.Attributes`,"
                        + " `hf.Revoker` or affiliation do not allow it. The log of the Fabric CA's pod names the right.";
            case 73 -> "Give the identity a new password; too many wrong ones have locked it.";
            case 74 -> "Update the identity that exists instead of registering it, or choose another name.";
            case 31, 80 -> "Keep the fields of the subject within their lengths: 64 characters for the common name.";
            case 77 -> "Request a certificate with the enrollment ID as its common name.";
            case 10, NOT_FOUND -> "Check the enrollment ID; this Fabric CA has no such identity.";
            case 8, 30 -> "Check that the certificate was issued by this Fabric CA; it knows no other.";
            case 66 -> "Nothing is left to do: the certificate was revoked before.";
            case 42, 43 -> "Let the registrar have the attribute itself, or its `hf.Registrar.Attributes` allow it.";
            case 46 -> "Use a CA certificate with the key usage cRLSign; this one cannot sign revocation lists.";
            case 72 -> "Do this in the LDAP directory that the Fabric CA is configured to use.";
            default -> GENERAL;
        };
    }
}
