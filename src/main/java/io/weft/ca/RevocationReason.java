package io.weft.ca;

/** Why a certificate is revoked, in the words of RFC 5280 that Fabric CA takes. */
public enum RevocationReason {
    UNSPECIFIED("unspecified"),
    KEY_COMPROMISE("keycompromise"),
    CA_COMPROMISE("cacompromise"),
    AFFILIATION_CHANGED("affiliationchanged"),
    SUPERSEDED("superseded"),
    CESSATION_OF_OPERATION("cessationofoperation"),
    PRIVILEGE_WITHDRAWN("privilegewithdrawn");

    private final String word;

    RevocationReason(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
