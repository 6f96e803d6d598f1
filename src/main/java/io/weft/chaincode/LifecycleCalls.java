package io.weft.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import io.weft.problem.RejectedException;
import io.weft.protocol.Answer;
import io.weft.protocol.Invocation;
import io.weft.protocol.PeerConnection;
import io.weft.protocol.Signer;
import java.time.Duration;
import java.util.List;

/** The form that calls of {@code _lifecycle} have: the function's name and one message. */
final class LifecycleCalls {
    private LifecycleCalls() {}

    static Invocation invocation(String channel, String function, Message arguments) {
        return new Invocation(
                channel,
                "_lifecycle",
                List.of(ByteString.copyFromUtf8(function), arguments.toByteString()),
                Invocation.Kind.TRANSACTION);
    }

    static Answer propose(
            PeerConnection peer, Signer signer, String channel, String function, Message arguments, Duration timeout) {
        return peer.propose(signer, invocation(channel, function, arguments), timeout);
    }

    /**
     * @param action an infinitive clause for messages
     * @throws RejectedException if the peer refuses
     */
    static <T> T query(
            PeerConnection peer,
            Signer signer,
            String channel,
            String function,
            Message arguments,
            Parser<T> result,
            String action,
            Duration timeout) {
        Answer answer = propose(peer, signer, channel, function, arguments, timeout);
        if (answer instanceof Answer.Refused refused) {
            throw LifecycleRefusal.exception(refused, action);
        }
        return parse(result, answer);
    }

    static <T> T parse(Parser<T> parser, Answer answer) {
        try {
            return parser.parseFrom(((Answer.Endorsed) answer).payload());
        } catch (InvalidProtocolBufferException e) {
            throw new RejectedException(
                    answer.peer() + " answered with something that cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
