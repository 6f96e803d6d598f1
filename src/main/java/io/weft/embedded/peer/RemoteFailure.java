package io.weft.embedded.peer;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The words in which Fabric's gateway passes on why another node was not heard. */
final class RemoteFailure {
    private RemoteFailure() {}

    /** As Go's gRPC prints it. */
    static String text(StatusRuntimeException failure) {
        Status status = failure.getStatus();
        String description = status.getDescription() == null ? "" : status.getDescription();
        if (status.getCause() != null) {
            description += ": " + status.getCause().getMessage();
        }
        return "rpc error: code = " + name(status.getCode()) + " desc = " + description;
    }

    /** {@code DEADLINE_EXCEEDED} is {@code DeadlineExceeded} in Go. */
    private static String name(Status.Code code) {
        StringBuilder result = new StringBuilder();
        for (String word : code.name().split("_")) {
            result.append(word.charAt(0)).append(word.substring(1).toLowerCase(java.util.Locale.ROOT));
        }
        return result.toString();
    }
}
