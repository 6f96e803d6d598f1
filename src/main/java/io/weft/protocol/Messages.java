package io.weft.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.time.Clock;
import java.time.Instant;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.orderer.SeekInfo;
import org.hyperledger.fabric.protos.orderer.SeekPosition;
import org.hyperledger.fabric.protos.orderer.SeekSpecified;

/** Makes the envelopes that nodes take. */
final class Messages {
    private Messages() {}

    static ChannelHeader.Builder channelHeader(HeaderType type, String channel, Clock clock) {
        Instant now = clock.instant();
        return ChannelHeader.newBuilder()
                .setType(type.getNumber())
                .setChannelId(channel)
                .setTimestamp(
                        Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()));
    }

    static Envelope envelope(Signer signer, Payload payload) {
        ByteString bytes = payload.toByteString();
        return Envelope.newBuilder()
                .setPayload(bytes)
                .setSignature(signer.sign(bytes))
                .build();
    }

    /** A request for blocks. */
    static Envelope seek(Signer signer, String channel, SeekInfo seek) {
        Header header = Header.newBuilder()
                .setChannelHeader(channelHeader(HeaderType.DELIVER_SEEK_INFO, channel, signer.clock())
                        .build()
                        .toByteString())
                .setSignatureHeader(SignatureHeader.newBuilder()
                        .setCreator(signer.creator())
                        .setNonce(signer.nonce())
                        .build()
                        .toByteString())
                .build();
        return envelope(
                signer,
                Payload.newBuilder()
                        .setHeader(header)
                        .setData(seek.toByteString())
                        .build());
    }

    /** The position of a block; negative numbers are the unsigned ones above {@link Long#MAX_VALUE}. */
    static SeekPosition at(long number) {
        return SeekPosition.newBuilder()
                .setSpecified(SeekSpecified.newBuilder().setNumber(number))
                .build();
    }
}
