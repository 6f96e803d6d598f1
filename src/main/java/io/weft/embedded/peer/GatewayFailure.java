package io.weft.embedded.peer;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.List;
import org.hyperledger.fabric.protos.gateway.ErrorDetail;

/** An error of the gateway: a gRPC code, Fabric's text, and what each node said. */
final class GatewayFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final transient List<ErrorDetail> details;

    GatewayFailure(Status.Code code, String message) {
        this(code, message, List.of());
    }

    GatewayFailure(Status.Code code, String message, List<ErrorDetail> details) {
        super(message);
        this.code = code;
        this.details = List.copyOf(details);
    }

    static ErrorDetail detail(Member member, String message) {
        return detail(member.endpoint(), member.mspId(), message);
    }

    static ErrorDetail detail(String address, String mspId, String message) {
        return ErrorDetail.newBuilder()
                .setAddress(address)
                .setMspId(mspId)
                .setMessage(message)
                .build();
    }

    StatusRuntimeException toGrpc() {
        com.google.rpc.Status.Builder status =
                com.google.rpc.Status.newBuilder().setCode(code.value()).setMessage(getMessage());
        details.forEach(detail -> status.addDetails(Any.pack(detail)));
        return StatusProto.toStatusRuntimeException(status.build());
    }
}
