package io.weft.embedded.remote;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.channel.BlockHash;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.config.Consenter;
import io.weft.embedded.config.RuleException;
import io.weft.embedded.config.SignedData;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadataIndex;
import org.hyperledger.fabric.protos.common.IdentifierHeader;
import org.hyperledger.fabric.protos.common.Metadata;
import org.hyperledger.fabric.protos.common.MetadataSignature;
import org.hyperledger.fabric.protos.common.SignatureHeader;

/**
 * What Fabric's nodes check of a block that an ordering node delivers, before they look into it.
 *
 * @see <a href="https://github.com/hyperledger/fabric/blob/main/protoutil/blockutils.go">Fabric's VerifyBlock</a>
 */
public final class OrderedBlock {
    private static final String BLOCK_VALIDATION = "/Channel/Orderer/BlockValidation";

    private OrderedBlock() {}

    /**
     * Returns if a block follows another, has the data that its header says, and is signed as the channel demands.
     *
     * @param view the configuration in force before the block
     * @throws IllegalStateException if not, with a sentence
     */
    public static void require(ChannelView view, BlockHeader previous, Block block) {
        requireLinked(previous, block);
        requireOwnData(block);
        try {
            view.require(BLOCK_VALIDATION, signatures(view, block));
        } catch (RuleException e) {
            throw new IllegalStateException(
                    name(block) + " is not signed as `" + BLOCK_VALIDATION + "` demands: " + e.getMessage(), e);
        }
    }

    private static void requireLinked(BlockHeader previous, Block block) {
        if (block.getHeader().getNumber() != previous.getNumber() + 1
                || !block.getHeader().getPreviousHash().equals(BlockHash.ofHeader(previous))) {
            throw new IllegalStateException(name(block) + " does not follow block "
                    + Long.toUnsignedString(previous.getNumber()) + ": its previous hash is that of another block.");
        }
    }

    /**
     * Returns if a block has the data that its header says.
     *
     * @throws IllegalStateException if not, with a sentence
     */
    public static void requireOwnData(Block block) {
        if (!block.getHeader().getDataHash().equals(BlockHash.ofData(block.getData()))) {
            throw new IllegalStateException(name(block) + " has other data than its header says.");
        }
    }

    private static String name(Block block) {
        return "Block " + Long.toUnsignedString(block.getHeader().getNumber());
    }

    private static List<SignedData> signatures(ChannelView view, Block block) {
        List<SignedData> result = new ArrayList<>();
        try {
            Metadata metadata =
                    Metadata.parseFrom(block.getMetadata().getMetadata(BlockMetadataIndex.SIGNATURES_VALUE));
            ByteString header = BlockHash.derOfHeader(block.getHeader());
            for (MetadataSignature one : metadata.getSignaturesList()) {
                if (one.getIdentifierHeader().isEmpty()) {
                    SignatureHeader signer = SignatureHeader.parseFrom(one.getSignatureHeader());
                    result.add(new SignedData(
                            signer.getCreator(),
                            metadata.getValue().concat(one.getSignatureHeader()).concat(header),
                            one.getSignature()));
                } else {
                    // BFT: the signer is named by its number among the consenters.
                    int id = IdentifierHeader.parseFrom(one.getIdentifierHeader())
                            .getIdentifier();
                    consenter(view, id)
                            .ifPresent(signer -> result.add(new SignedData(
                                    signer,
                                    metadata.getValue()
                                            .concat(one.getIdentifierHeader())
                                            .concat(header),
                                    one.getSignature())));
                }
            }
        } catch (InvalidProtocolBufferException | IndexOutOfBoundsException e) {
            throw new IllegalStateException(
                    "The signatures of block "
                            + Long.toUnsignedString(block.getHeader().getNumber()) + " cannot be read.",
                    e);
        }
        return result;
    }

    private static Optional<ByteString> consenter(ChannelView view, int id) {
        return view.consenters().stream()
                .filter(one -> one.id() == id)
                .findFirst()
                // Raft's have no identity, and do not sign so.
                .filter(one -> !one.identity().isEmpty())
                .map(Consenter::serializedIdentity);
    }
}
