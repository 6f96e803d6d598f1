package io.weft.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.weft.problem.RejectedException;
import io.weft.problem.TimedOutException;
import io.weft.problem.UnreachableException;
import io.weft.problem.WeftException;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;

/** Says in this project's exceptions what gRPC says in status codes. */
public final class GrpcFailure {
    private GrpcFailure() {}

    /**
     * The failure of a call to a node.
     *
     * @param failure what gRPC threw; the details that a gateway peer adds about other nodes are read from it
     * @param endpoint the node called
     * @param action what was asked of it, as an infinitive clause such as {@code join channel `trading`}
     */
    public static WeftException translate(StatusRuntimeException failure, Endpoint endpoint, String action) {
        Status status = failure.getStatus();
        String context = endpoint + " was asked to " + action;
        Optional<RejectedException> untrusted = untrusted(failure, endpoint, action);
        if (untrusted.isPresent()) {
            return untrusted.get();
        }
        return switch (status.getCode()) {
            case UNAVAILABLE ->
                new UnreachableException(
                        context + ", but did not answer at " + endpoint.dial() + ": " + sentence(unavailable(failure))
                                + details(failure),
                        failure);
            case DEADLINE_EXCEEDED ->
                new TimedOutException(
                        context + ", but gave no answer in time: " + sentence(status.getDescription())
                                + details(failure),
                        failure);
            case RESOURCE_EXHAUSTED ->
                new UnreachableException(
                        context + ", but is overloaded: " + sentence(status.getDescription()) + details(failure),
                        failure);
            case CANCELLED ->
                new UnreachableException(
                        context + ", but the call was broken off: " + sentence(status.getDescription()), failure);
            case UNIMPLEMENTED ->
                new RejectedException(
                        context
                                + ", but does not offer that. Check that the address is that of the right kind of node.",
                        failure);
            default ->
                new RejectedException(
                        context + ", and refused (" + status.getCode() + "): " + sentence(status.getDescription())
                                + details(failure),
                        failure);
        };
    }

    /**
     * That a node's TLS certificate is not the one expected, if that is why a call over gRPC or HTTPS failed.
     *
     * @param action what was asked of it, as for {@link #translate}
     */
    public static Optional<RejectedException> untrusted(Throwable failure, Endpoint endpoint, String action) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                        .anyMatch(CertificateException.class::isInstance)
                ? Optional.of(new RejectedException(
                        endpoint + " was asked to " + action + ", but its TLS certificate is not the one expected: "
                                + sentence(root(failure)) + " It must name `"
                                + endpoint.authority().host()
                                + "` and be issued by the TLS CA of its organization.",
                        failure))
                : Optional.empty();
    }

    /** What each further node said, as a gateway peer reports it; empty for other failures. */
    public static List<ErrorDetail> detailsOf(StatusRuntimeException failure) {
        com.google.rpc.Status status = StatusProto.fromThrowable(failure);
        List<ErrorDetail> result = new ArrayList<>();
        if (status != null) {
            status.getDetailsList().stream()
                    .filter(detail -> detail.is(ErrorDetail.class))
                    .forEach(detail -> result.add(errorDetail(detail)));
        }
        return List.copyOf(result);
    }

    private static ErrorDetail errorDetail(Any detail) {
        try {
            return detail.unpack(ErrorDetail.class);
        } catch (InvalidProtocolBufferException e) {
            return ErrorDetail.newBuilder()
                    .setMessage("a detail that cannot be read: " + e.getMessage())
                    .build();
        }
    }

    private static String details(StatusRuntimeException failure) {
        StringBuilder result = new StringBuilder();
        for (ErrorDetail detail : detailsOf(failure)) {
            result.append("\n  `")
                    .append(detail.getMspId())
                    .append("` at ")
                    .append(detail.getAddress())
                    .append(": ")
                    .append(detail.getMessage());
        }
        return result.toString();
    }

    /** Netty's words for a broken connection, without the parts that speak of its insides. */
    private static String unavailable(StatusRuntimeException failure) {
        String described = firstLine(failure.getStatus().getDescription());
        String root = firstLine(root(failure));
        if (described.isEmpty() || described.equals("io exception")) {
            return root;
        }
        return root.isEmpty() || root.equals("null") || root.contains(described) || described.contains(root)
                ? described
                : described + ": " + root;
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root == failure ? failureDescription(failure) : root.getMessage();
    }

    private static String failureDescription(Throwable failure) {
        return failure instanceof StatusRuntimeException status
                ? status.getStatus().getDescription()
                : failure.getMessage();
    }

    private static String firstLine(String text) {
        return text == null ? "" : text.lines().findFirst().orElse("");
    }

    private static String sentence(String text) {
        if (text == null || text.isBlank()) {
            return "no reason was given.";
        }
        return text.endsWith(".") ? text : text + ".";
    }
}
