package io.weft.embedded.ca;

/**
 * What Fabric CA answers when it says no ({@code lib/caerrors/servererror.go}). For authentication and authorization the
 * caller learns less than the log.
 */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int UNKNOWN = 0;
    static final int METHOD_NOT_ALLOWED = 1;
    static final int NO_AUTHORIZATION_HEADER = 2;
    static final int READING_BODY = 3;
    static final int EMPTY_BODY = 4;
    static final int BAD_BODY = 5;
    static final int NOT_REVOKER = 7;
    static final int CERTIFICATE_TO_REVOKE_NOT_FOUND = 8;
    static final int CERTIFICATE_OF_OTHER_OWNER = 9;
    static final int IDENTITY_TO_REVOKE_NOT_FOUND = 10;
    static final int MISSING_REVOKE_ARGUMENTS = 15;
    static final int GETTING_AFFILIATION = 16;
    static final int CA_NOT_FOUND = 19;
    static final int AUTHENTICATION_FAILURE = 20;
    static final int NO_USER_AND_PASSWORD = 21;
    static final int INVALID_USER = 23;
    static final int INVALID_PASSWORD = 24;
    static final int INVALID_TOKEN = 25;
    static final int UNTRUSTED_CERTIFICATE = 26;
    static final int CERTIFICATE_REVOKED = 28;
    static final int CERTIFICATE_NOT_FOUND = 30;
    static final int BAD_REQUEST_FOR_CERTIFICATE = 31;
    static final int NO_LIST_AUTHORITY = 35;
    static final int INVALID_REVOKED_AFTER = 36;
    static final int INVALID_EXPIRED_AFTER = 37;
    static final int REGISTERING_ATTRIBUTE = 42;
    static final int NOT_REGISTRAR = 43;
    static final int NOT_AFFILIATED = 44;
    static final int NO_CRL_SIGN = 46;
    static final int GETTING_USER = 49;
    static final int ADDING_IDENTITY = 52;
    static final int REMOVING_IDENTITY = 56;
    static final int MODIFYING_IDENTITY = 58;
    static final int MISSING_ROLE = 59;
    static final int ADDING_AFFILIATION = 60;
    static final int REMOVING_AFFILIATION = 61;
    static final int NOT_IN_DATABASE = 63;
    static final int MODIFYING_AFFILIATION = 64;
    static final int ALREADY_REVOKED = 66;
    static final int GETTING_CERTIFICATE = 67;
    static final int AUTHORIZATION_FAILURE = 71;
    static final int PASSWORD_ATTEMPTS = 73;
    static final int ALREADY_REGISTERED = 74;
    static final int REGISTRAR_MAY_NOT = 76;
    static final int OTHER_COMMON_NAME = 77;
    static final int MISSING_ATTRIBUTE = 78;
    static final int INVALID_BOOLEAN = 79;
    static final int OVERLONG_FIELD = 80;
    static final int INVALID_MAX_ENROLLMENTS = 82;

    private final int status;
    private final int code;
    private final String shown;
    private final int shownCode;

    private Refusal(int status, int code, String message, int shownCode, String shown) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
        this.shownCode = shownCode;
        this.shown = shown;
    }

    static Refusal of(int status, int code, String message) {
        return new Refusal(status, code, message, code, message);
    }

    /** What Fabric CA has no code for. */
    static Refusal plain(String message) {
        return of(500, UNKNOWN, message);
    }

    static Refusal authentication(int code, String message) {
        return new Refusal(401, code, message, AUTHENTICATION_FAILURE, "Authentication failure");
    }

    static Refusal authorization(int code, String message) {
        return new Refusal(403, code, message, AUTHORIZATION_FAILURE, "Authorization failure");
    }

    static Refusal notInDatabase(String kind) {
        return of(404, NOT_IN_DATABASE, "Failed to get " + kind + ": sql: no rows in result set");
    }

    int status() {
        return status;
    }

    /** For the log. */
    int code() {
        return code;
    }

    int shownCode() {
        return shownCode;
    }

    String shown() {
        return shown;
    }
}
