package io.weft.embedded.orderer;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.channel.BlockHash;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.LastConfig;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.OrdererBlockMetadata;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * Makes blocks and signs them.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/orderer/common/multichannel/blockwriter.go">Fabric's
 *     blockwriter.go</a>
 */
final class BlockWriter {
    private static final int NONCE_LENGTH = 24;

    private final SecureRandom random;

    BlockWriter(SecureRandom random) {
        this.random = random;
    }

    /** The block after the given one, without metadata. */
    static Block next(BlockHeader previous, List<Envelope> envelopes) {
        BlockData.Builder data = BlockData.newBuilder();
        envelopes.forEach(envelope -> data.addData(envelope.toByteString()));
        BlockData complete = data.build();
        return Block.newBuilder()
                .setHeader(BlockHeader.newBuilder()
                        .setNumber(previous.getNumber() + 1)
                        .setPreviousHash(BlockHash.ofHeader(previous))
                        .setDataHash(BlockHash.ofData(complete)))
                .setData(complete)
                .build();
    }

    /**
     * A block with Raft's metadata, signed by the leader.
     *
     * @param consenterMetadata an {@code etcdraft.BlockMetadata}
     */
    Block signedByLeader(Block block, long lastConfig, ByteString consenterMetadata, Member leader) {
        ByteString value = value(
                lastConfig,
                Metadata.newBuilder().setValue(consenterMetadata).build().toByteString());
        ByteString header = SignatureHeader.newBuilder()
                .setCreator(leader.creator())
                .setNonce(nonce())
                .build()
                .toByteString();
        MetadataSignature signature = MetadataSignature.newBuilder()
                .setSignatureHeader(header)
                .setSignature(leader.sign(value.concat(header).concat(BlockHash.derOfHeader(block.getHeader()))))
                .build();
        return complete(block, lastConfig, value, List.of(signature));
    }

    /**
     * A block with BFT's metadata, signed by a quorum.
     *
     * @param view how often the leader has changed
     * @param decisions blocks since the leader is this one
     */
    Block signedByQuorum(Block block, long lastConfig, long view, long decisions, List<Signatory> signatories) {
        ByteString value =
                value(lastConfig, viewMetadata(view, block.getHeader().getNumber(), decisions));
        ByteString der = BlockHash.derOfHeader(block.getHeader());
        List<MetadataSignature> signatures = new ArrayList<>(signatories.size());
        for (Signatory signatory : signatories) {
            ByteString header = IdentifierHeader.newBuilder()
                    .setIdentifier(signatory.consenter().id())
                    .setNonce(nonce())
                    .build()
                    .toByteString();
            signatures.add(MetadataSignature.newBuilder()
                    .setIdentifierHeader(header)
                    .setSignature(signatory.member().sign(value.concat(header).concat(der)))
                    .build());
        }
        return complete(block, lastConfig, value, signatures);
    }

    /** A running consenter. */
    record Signatory(Consensus.Consenter consenter, Member member) {}

    private static ByteString value(long lastConfig, ByteString consenterMetadata) {
        return OrdererBlockMetadata.newBuilder()
                .setLastConfig(LastConfig.newBuilder().setIndex(lastConfig))
                .setConsenterMetadata(consenterMetadata)
                .build()
                .toByteString();
    }

    /** SmartBFT's {@code ViewMetadata{1 view_id, 2 latest_sequence, 3 decisions_in_view}}, which fabric-protos lacks. */
    private static ByteString viewMetadata(long view, long sequence, long decisions) {
        ByteString.Output bytes = ByteString.newOutput();
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        try {
            long[] fields = {view, sequence, decisions};
            for (int i = 0; i < fields.length; i++) {
                if (fields[i] != 0) {
                    output.writeUInt64(i + 1, fields[i]);
                }
            }
            output.flush();
        } catch (IOException e) {
            throw new AssertionError("Writing to memory does not fail", e);
        }
        return bytes.toByteString();
    }

    private static Block complete(Block block, long lastConfig, ByteString value, List<MetadataSignature> signatures) {
        ByteString signed = Metadata.newBuilder()
                .setValue(value)
                .addAllSignatures(signatures)
                .build()
                .toByteString();
        ByteString last = Metadata.newBuilder()
                .setValue(LastConfig.newBuilder().setIndex(lastConfig).build().toByteString())
                .build()
                .toByteString();
        return block.toBuilder()
                .setMetadata(BlockMetadata.newBuilder()
                        .addMetadata(signed)
                        .addMetadata(last)
                        .addMetadata(ByteString.EMPTY)
                        .addMetadata(ByteString.EMPTY)
                        .addMetadata(ByteString.EMPTY))
                .build();
    }

    private ByteString nonce() {
        byte[] nonce = new byte[NONCE_LENGTH];
        random.nextBytes(nonce);
        return ByteString.copyFrom(nonce);
    }

    /** What a block's signatures are over, with the consensus protocol's own part. */
    static OrdererBlockMetadata metadata(Block block) {
        try {
            return OrdererBlockMetadata.parseFrom(
                    Metadata.parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE))
                            .getValue());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(
                    "Block " + Long.toUnsignedString(block.getHeader().getNumber())
                            + " has metadata that cannot be read: " + e.getMessage(),
                    e);
        }
    }

    /** The number of the last config block, as a block tells it. */
    static long lastConfig(Block block) {
        return block.getHeader().getNumber() == 0
                ? 0
                : metadata(block).getLastConfig().getIndex();
    }
}
