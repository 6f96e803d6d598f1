package io.weft.scenario;

import static io.weft.scenario.Stage.PEER1;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.weft.channel.BlockHash;
import io.weft.protocol.Signer;
import java.util.List;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockchainInfo;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.peer.ChannelQueryResponse;
import org.hyperledger.fabric.protos.peer.ProcessedTransaction;
import org.hyperledger.fabric.protos.peer.ProposalResponse;

/** What {@code cscc} and {@code qscc} tell, and whom. */
final class SystemChaincodes {
    static Draft join(Signer signer, Block block) {
        return new Draft(signer, "", "cscc", List.of(ByteString.copyFromUtf8("JoinChain"), block.toByteString()))
                .withHeader(header -> header.setType(HeaderType.CONFIG_VALUE));
    }

    private static void refused(Stage stage, Draft draft) {
        stage.propose(PEER1, draft);
    }

    void cscc_lists_channels(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        ProposalResponse answer = stage.ask(
                PEER1, Draft.of(stage.client("org1"), "", "cscc", "GetChannels").sign());
        stage.out().says("status", answer.getResponse().getStatus());
        stage.out()
                .says(
                        "lists the new channel",
                        ChannelQueryResponse.parseFrom(answer.getResponse().getPayload()).getChannelsList().stream()
                                .anyMatch(info -> info.getChannelId().equals(channel)));
    }

    void cscc_does_what_an_admin_asks_and_not_what_others_ask(Stage stage) {
        String name = stage.house().freeName();
        stage.out().name(name, "<channel>");
        Block genesis = stage.house().genesis(stage.house().definition(name)).block();
        stage.out().step("A client of the peer's organization has it join a channel");
        refused(stage, join(stage.client("org1"), genesis));
        stage.out().step("An admin of another organization");
        refused(stage, join(stage.admin("org2"), genesis));
        stage.out().step("A client of another organization lists its channels");
        refused(stage, Draft.of(stage.client("org2"), "", "cscc", "GetChannels"));
        stage.out().step("A function that it does not have");
        refused(stage, Draft.of(stage.admin("org1"), "", "cscc", "Nothing"));
        stage.out().step("No arguments");
        refused(stage, Draft.of(stage.admin("org1"), "", "cscc", "JoinChain"));
        stage.out().step("A block that is none");
        refused(stage, Draft.of(stage.admin("org1"), "", "cscc", "JoinChain", "not a block"));
        stage.out().step("The configuration of an unknown channel");
        refused(stage, Draft.of(stage.client("org1"), "nowhere", "cscc", "GetConfigBlock", "nowhere"));
        stage.out().step("The same, without a channel in the header");
        refused(stage, Draft.of(stage.client("org1"), "", "cscc", "GetConfigBlock", "nowhere"));
    }

    void qscc_tells_of_blocks_and_transactions(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.newChannel();
        Signer client = stage.client("org2");
        ProposalResponse answer = stage.ask(
                PEER1,
                Draft.of(client, channel, "qscc", "GetChainInfo", channel).sign());
        BlockchainInfo info = BlockchainInfo.parseFrom(answer.getResponse().getPayload());
        stage.out().says("status", answer.getResponse().getStatus());
        stage.out().says("height", info.getHeight());
        stage.out().says("length of previous hash", info.getPreviousBlockHash().size());
        Block block = Block.parseFrom(stage.ask(
                        PEER1,
                        Draft.of(client, channel, "qscc", "GetBlockByNumber", channel, "0")
                                .sign())
                .getResponse()
                .getPayload());
        stage.out().says("number", block.getHeader().getNumber());
        stage.out()
                .says(
                        "current hash is the hash of block 0",
                        info.getCurrentBlockHash().equals(BlockHash.ofHeader(block.getHeader())));
        stage.out()
                .says(
                        "data hash fits",
                        BlockHash.ofData(block.getData())
                                .equals(block.getHeader().getDataHash()));
        ProposalResponse byHash = stage.ask(
                PEER1,
                new Draft(
                                client,
                                channel,
                                "qscc",
                                List.of(
                                        ByteString.copyFromUtf8("GetBlockByHash"),
                                        ByteString.copyFromUtf8(channel),
                                        info.getCurrentBlockHash()))
                        .sign());
        stage.out()
                .says(
                        "by hash, the same block",
                        Block.parseFrom(byHash.getResponse().getPayload()).equals(block));
    }

    void qscc_finds_a_transaction_and_its_block(Stage stage) throws InvalidProtocolBufferException {
        String channel = stage.market();
        Signer client = stage.client("org1");
        Draft.Signed proposal =
                Draft.of(client, channel, "trial", "put", "found", "1").sign();
        stage.submit(stage.endorsed(proposal, PEER1, Stage.PEER2), proposal.txId());
        ProcessedTransaction transaction = ProcessedTransaction.parseFrom(stage.ask(
                        PEER1,
                        Draft.of(client, channel, "qscc", "GetTransactionByID", channel, proposal.txId())
                                .sign())
                .getResponse()
                .getPayload());
        stage.out().says("validation code", transaction.getValidationCode());
        Block block = Block.parseFrom(stage.ask(
                        PEER1,
                        Draft.of(client, channel, "qscc", "GetBlockByTxID", channel, proposal.txId())
                                .sign())
                .getResponse()
                .getPayload());
        stage.out().says("block", stage.out().block(block.getHeader().getNumber()));
        stage.out()
                .says(
                        "holds it",
                        block.getData()
                                .getDataList()
                                .contains(transaction.getTransactionEnvelope().toByteString()));
    }

    void qscc_refuses_what_is_not_there_and_who_may_not_ask(Stage stage) {
        String channel = stage.market();
        Signer client = stage.client("org1");
        stage.out().step("A block that does not exist yet");
        refused(stage, Draft.of(client, channel, "qscc", "GetBlockByNumber", channel, "1000000"));
        stage.out().step("A number that is none");
        refused(stage, Draft.of(client, channel, "qscc", "GetBlockByNumber", channel, "many"));
        stage.out().step("A hash that no block has");
        refused(stage, Draft.of(client, channel, "qscc", "GetBlockByHash", channel, "nothing"));
        stage.out().step("A transaction that does not exist");
        refused(stage, Draft.of(client, channel, "qscc", "GetTransactionByID", channel, "0".repeat(64)));
        stage.out().step("Its block");
        refused(stage, Draft.of(client, channel, "qscc", "GetBlockByTxID", channel, "0".repeat(64)));
        stage.out().step("A function that it does not have");
        refused(stage, Draft.of(client, channel, "qscc", "Nothing", channel));
        stage.out().step("Too few arguments");
        refused(stage, Draft.of(client, channel, "qscc", "GetBlockByNumber", channel));
        stage.out().step("No arguments");
        refused(stage, Draft.of(client, channel, "qscc", "GetChainInfo"));
        stage.out().step("An unknown channel in the arguments");
        refused(stage, Draft.of(client, channel, "qscc", "GetChainInfo", "nowhere"));
        stage.out().step("Somebody of an organization that is no member");
        refused(stage, Draft.of(stage.impostor("org1"), channel, "qscc", "GetChainInfo", channel));
    }
}
