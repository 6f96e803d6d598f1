package io.weft.embedded.chaincode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.Timestamp;
import io.weft.chaincode.ChaincodePackage;
import io.weft.chaincode.ChaincodeServer;
import io.weft.channel.BlockHash;
import io.weft.channel.ChannelConfiguration;
import io.weft.channel.GenesisBlock;
import io.weft.embedded.config.ChannelView;
import io.weft.embedded.ledger.ChannelLedger;
import io.weft.embedded.ledger.Ledgers;
import io.weft.embedded.ledger.Simulation;
import io.weft.model.Channel;
import io.weft.model.ConsensusType;
import io.weft.model.FabricVersion;
import io.weft.model.HostPort;
import io.weft.model.MspId;
import io.weft.model.Network;
import io.weft.testing.Identities;
import io.weft.testing.TestNetworks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.hyperledger.fabric.protos.common.Block;
import org.hyperledger.fabric.protos.common.BlockData;
import org.hyperledger.fabric.protos.common.BlockHeader;
import org.hyperledger.fabric.protos.common.BlockMetadata;
import org.hyperledger.fabric.protos.common.ChannelHeader;
import org.hyperledger.fabric.protos.common.Envelope;
import org.hyperledger.fabric.protos.common.Header;
import org.hyperledger.fabric.protos.common.HeaderType;
import org.hyperledger.fabric.protos.common.Payload;
import org.hyperledger.fabric.protos.common.SignatureHeader;
import org.hyperledger.fabric.protos.ledger.rwset.TxReadWriteSet;
import org.hyperledger.fabric.protos.peer.ChaincodeAction;
import org.hyperledger.fabric.protos.peer.ChaincodeActionPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeEndorsedAction;
import org.hyperledger.fabric.protos.peer.ChaincodeHeaderExtension;
import org.hyperledger.fabric.protos.peer.ChaincodeID;
import org.hyperledger.fabric.protos.peer.ChaincodeInput;
import org.hyperledger.fabric.protos.peer.ChaincodeInvocationSpec;
import org.hyperledger.fabric.protos.peer.ChaincodeProposalPayload;
import org.hyperledger.fabric.protos.peer.ChaincodeSpec;
import org.hyperledger.fabric.protos.peer.CollectionConfigPackage;
import org.hyperledger.fabric.protos.peer.Proposal;
import org.hyperledger.fabric.protos.peer.ProposalResponsePayload;
import org.hyperledger.fabric.protos.peer.Response;
import org.hyperledger.fabric.protos.peer.SignedProposal;
import org.hyperledger.fabric.protos.peer.Transaction;
import org.hyperledger.fabric.protos.peer.TransactionAction;
import org.hyperledger.fabric.protos.peer.TxValidationCode;
import org.hyperledger.fabric.protos.peer.lifecycle.ApproveChaincodeDefinitionForMyOrgArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.ChaincodeSource.Local;
import org.hyperledger.fabric.protos.peer.lifecycle.CommitChaincodeDefinitionArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeArgs;
import org.hyperledger.fabric.protos.peer.lifecycle.InstallChaincodeResult;

/**
 * A peer of Org1MSP and one of Org2MSP, as far as chaincode sees them: they share ledgers, and every transaction that
 * was simulated is a block of its own.
 */
final class Peers implements AutoCloseable {
    static final String CHANNEL = TestNetworks.CHANNEL;
    static final String OTHER_CHANNEL = "elsewhere";
    static final MspId ORG1 = new MspId("Org1MSP");
    static final MspId ORG2 = new MspId("Org2MSP");

    final ChaincodeRuntimes runtimes = new ChaincodeRuntimes();
    /** What {@code authorize} refuses. */
    final Set<String> forbidden = new HashSet<>();

    private final Ledgers ledgers = Ledgers.inMemory();
    private final Map<String, ChannelView> views = new TreeMap<>();
    private final Identities identities;
    private final Map<MspId, Lifecycle> lifecycles = new HashMap<>();
    private final Map<MspId, ChaincodeExecutor> executors = new HashMap<>();
    private int transactions;

    Peers(Path folder) {
        // Beyond what any test waits for: no call ends because the machine is busy.
        this(folder, Duration.ofMinutes(5));
    }

    /** @param timeout for one transaction at one chaincode */
    Peers(Path folder, Duration timeout) {
        Network network = TestNetworks.network(FabricVersion.parse("3.1.5"), ConsensusType.RAFT, 1, 1);
        identities = new Identities(network);
        Channel model = network.channels().get(0);
        for (String channel : List.of(CHANNEL, OTHER_CHANNEL)) {
            GenesisBlock genesis = GenesisBlock.create(
                    channel,
                    ChannelConfiguration.of(
                            network,
                            model,
                            identities.msps(),
                            identities.consenters(model.ordering().consenters())),
                    new byte[24],
                    Instant.parse("2026-01-02T03:04:05Z"));
            ledgers.create(channel, genesis.block());
            views.put(channel, ChannelView.ofBlock(genesis.block()));
        }
        for (MspId organization : List.of(ORG1, ORG2)) {
            ChaincodeHost host = new Host(organization);
            Lifecycle lifecycle = Lifecycle.open(folder.resolve(organization.value()), host, runtimes);
            lifecycles.put(organization, lifecycle);
            executors.put(organization, new ChaincodeExecutor(host, lifecycle, runtimes, timeout));
        }
    }

    private final class Host implements ChaincodeHost {
        private final MspId organization;

        Host(MspId organization) {
            this.organization = organization;
        }

        @Override
        public MspId organization() {
            return organization;
        }

        @Override
        public List<String> channels() {
            return ledgers.channels();
        }

        @Override
        public Optional<ChannelLedger> ledger(String channel) {
            return ledgers.find(channel);
        }

        @Override
        public Optional<ChannelView> view(String channel) {
            return Optional.ofNullable(views.get(channel));
        }

        @Override
        public void authorize(String resource, String channel, SignedProposal proposal) {
            if (forbidden.contains(resource)) {
                throw new IllegalStateException("not for you");
            }
        }
    }

    ChaincodeHost host(MspId organization) {
        return new Host(organization);
    }

    Lifecycle lifecycle(MspId organization) {
        return lifecycles.get(organization);
    }

    ChaincodeExecutor executor(MspId organization) {
        return executors.get(organization);
    }

    ChannelLedger ledger(String channel) {
        return ledgers.find(channel).orElseThrow();
    }

    String newTxId() {
        transactions++;
        return "tx" + transactions;
    }

    /** A client's proposal; its signature is of no interest here. */
    SignedProposal proposal(
            String channel, String txId, String chaincode, MspId organization, Map<String, ByteString> secrets) {
        String client = organization.equals(ORG1) ? "org1" : "org2";
        ByteString channelHeader = ChannelHeader.newBuilder()
                .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
                .setChannelId(channel)
                .setTxId(txId)
                .setTimestamp(Timestamp.newBuilder().setSeconds(1_700_000_000))
                .setExtension(ChaincodeHeaderExtension.newBuilder()
                        .setChaincodeId(ChaincodeID.newBuilder().setName(chaincode))
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        ByteString header = Header.newBuilder()
                .setChannelHeader(channelHeader)
                .setSignatureHeader(SignatureHeader.newBuilder()
                        .setCreator(identities.client(client).creator())
                        .setNonce(ByteString.copyFromUtf8("nonce"))
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        return SignedProposal.newBuilder()
                .setProposalBytes(Proposal.newBuilder()
                        .setHeader(header)
                        .setPayload(ChaincodeProposalPayload.newBuilder()
                                .setInput(ChaincodeInvocationSpec.newBuilder()
                                        .setChaincodeSpec(ChaincodeSpec.newBuilder()
                                                .setChaincodeId(
                                                        ChaincodeID.newBuilder().setName(chaincode)))
                                        .build()
                                        .toByteString())
                                .putAllTransientMap(secrets)
                                .build()
                                .toByteString())
                        .build()
                        .toByteString())
                .build();
    }

    ByteString creator(MspId organization) {
        return identities.client(organization.equals(ORG1) ? "org1" : "org2").creator();
    }

    /** What a call answered, and how its transaction ended if it was submitted. */
    record Outcome(ChaincodeAnswer answer, TxReadWriteSet writes, Optional<TxValidationCode> code) {
        String text() {
            return answer.response().getPayload().toStringUtf8();
        }

        int status() {
            return answer.response().getStatus();
        }

        String message() {
            return answer.response().getMessage();
        }
    }

    static ChaincodeInput input(boolean init, String... arguments) {
        ChaincodeInput.Builder result = ChaincodeInput.newBuilder().setIsInit(init);
        for (String argument : arguments) {
            result.addArgs(ByteString.copyFromUtf8(argument));
        }
        return result.build();
    }

    Outcome evaluate(String chaincode, String... arguments) {
        return call(ORG1, chaincode, input(false, arguments), Map.of(), false);
    }

    Outcome submit(String chaincode, String... arguments) {
        return call(ORG1, chaincode, input(false, arguments), Map.of(), true);
    }

    Outcome call(
            MspId organization,
            String chaincode,
            ChaincodeInput input,
            Map<String, ByteString> secrets,
            boolean commit) {
        return call(organization, organization, chaincode, input, secrets, commit);
    }

    /** @param client whose client asks the peer of {@code organization} */
    Outcome call(
            MspId organization,
            MspId client,
            String chaincode,
            ChaincodeInput input,
            Map<String, ByteString> secrets,
            boolean commit) {
        String txId = newTxId();
        try (Simulation simulation = ledger(CHANNEL).simulate(txId)) {
            ChaincodeAnswer answer = executor(organization)
                    .execute(new ChaincodeCall(
                            CHANNEL,
                            txId,
                            chaincode,
                            input,
                            proposal(CHANNEL, txId, chaincode, client, secrets),
                            simulation));
            TxReadWriteSet writes = simulation.publicWrites();
            return new Outcome(
                    answer, writes, commit ? Optional.of(commit(CHANNEL, txId, simulation)) : Optional.empty());
        }
    }

    private TxValidationCode commit(String channel, String txId, Simulation simulation) {
        ChannelLedger ledger = ledger(channel);
        ByteString response = ProposalResponsePayload.newBuilder()
                .setExtension(ChaincodeAction.newBuilder()
                        .setResults(simulation.publicWrites().toByteString())
                        .build()
                        .toByteString())
                .build()
                .toByteString();
        ByteString action = ChaincodeActionPayload.newBuilder()
                .setAction(ChaincodeEndorsedAction.newBuilder().setProposalResponsePayload(response))
                .build()
                .toByteString();
        Envelope envelope = Envelope.newBuilder()
                .setPayload(Payload.newBuilder()
                        .setHeader(Header.newBuilder()
                                .setChannelHeader(ChannelHeader.newBuilder()
                                        .setType(HeaderType.ENDORSER_TRANSACTION_VALUE)
                                        .setChannelId(channel)
                                        .setTxId(txId)
                                        .setTimestamp(Timestamp.newBuilder().setSeconds(1_700_000_000))
                                        .build()
                                        .toByteString()))
                        .setData(Transaction.newBuilder()
                                .addActions(TransactionAction.newBuilder().setPayload(action))
                                .build()
                                .toByteString())
                        .build()
                        .toByteString())
                .build();
        BlockData data = BlockData.newBuilder().addData(envelope.toByteString()).build();
        Block block = Block.newBuilder()
                .setHeader(BlockHeader.newBuilder()
                        .setNumber(ledger.height())
                        .setPreviousHash(ledger.info().getCurrentBlockHash())
                        .setDataHash(BlockHash.ofData(data)))
                .setData(data)
                .setMetadata(BlockMetadata.newBuilder().addAllMetadata(Collections.nCopies(5, ByteString.EMPTY)))
                .build();
        return ledger.commit(
                        block,
                        new ArrayList<>(List.of(TxValidationCode.VALID)),
                        Map.of(txId, simulation.privateWrites()))
                .get(0);
    }

    /** Calls a function of {@code _lifecycle} and, if it succeeds, commits what it wrote. */
    Response lifecycle(String channel, MspId organization, String function, MessageLite arguments) {
        String txId = newTxId();
        List<ByteString> all = List.of(ByteString.copyFromUtf8(function), arguments.toByteString());
        SignedProposal proposal = proposal(channel, txId, Lifecycle.NAMESPACE, organization, Map.of());
        if (channel.isEmpty()) {
            return lifecycle(organization).invoke(channel, all, proposal, Optional.empty());
        }
        try (Simulation simulation = ledger(channel).simulate(txId)) {
            Response response = lifecycle(organization).invoke(channel, all, proposal, Optional.of(simulation));
            boolean writes = function.startsWith("Approve") || function.startsWith("Commit");
            if (response.getStatus() == 200 && writes) {
                commit(channel, txId, simulation);
            }
            return response;
        }
    }

    <T> T lifecycle(String channel, MspId organization, String function, MessageLite arguments, Parser<T> result) {
        Response response = lifecycle(channel, organization, function, arguments);
        if (response.getStatus() != 200) {
            throw new AssertionError(function + ": " + response.getMessage());
        }
        try {
            return result.parseFrom(response.getPayload());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    String install(MspId organization, byte[] installPackage) {
        return lifecycle(
                        "",
                        organization,
                        "InstallChaincode",
                        InstallChaincodeArgs.newBuilder()
                                .setChaincodeInstallPackage(ByteString.copyFrom(installPackage))
                                .build(),
                        InstallChaincodeResult.parser())
                .getPackageId();
    }

    static ApproveChaincodeDefinitionForMyOrgArgs.Builder approval(String name, long sequence, String packageId) {
        ApproveChaincodeDefinitionForMyOrgArgs.Builder result = ApproveChaincodeDefinitionForMyOrgArgs.newBuilder()
                .setName(name)
                .setVersion("1.0")
                .setSequence(sequence);
        result.getSourceBuilder().setLocalPackage(Local.newBuilder().setPackageId(packageId));
        return result;
    }

    static byte[] installPackage(String label) {
        return ChaincodePackage.of(label, new ChaincodeServer(new HostPort("localhost", 9999), Optional.empty()))
                .bytes();
    }

    static String packageId(String label) {
        return InstallPackage.parse(ByteString.copyFrom(installPackage(label)))
                .id()
                .toString();
    }

    /** Defines a chaincode on a channel for both organizations, and runs it on both peers. */
    void deploy(
            String channel,
            String name,
            ChaincodeSource source,
            CollectionConfigPackage collections,
            boolean initRequired) {
        byte[] installPackage = installPackage(name);
        String packageId = packageId(name);
        runtimes.register(packageId, source);
        for (MspId organization : List.of(ORG1, ORG2)) {
            if (lifecycle("", organization, "QueryInstalledChaincode", query(packageId))
                            .getStatus()
                    != 200) {
                install(organization, installPackage);
            }
            requireSuccess(lifecycle(
                    channel,
                    organization,
                    "ApproveChaincodeDefinitionForMyOrg",
                    approval(name, 1, packageId)
                            .setCollections(collections)
                            .setInitRequired(initRequired)
                            .build()));
        }
        requireSuccess(lifecycle(
                channel,
                ORG1,
                "CommitChaincodeDefinition",
                CommitChaincodeDefinitionArgs.newBuilder()
                        .setName(name)
                        .setVersion("1.0")
                        .setSequence(1)
                        .setCollections(collections)
                        .setInitRequired(initRequired)
                        .build()));
    }

    void deploy(String name, ChaincodeSource source) {
        deploy(CHANNEL, name, source, CollectionConfigPackage.getDefaultInstance(), false);
    }

    static MessageLite query(String packageId) {
        return org.hyperledger.fabric.protos.peer.lifecycle.QueryInstalledChaincodeArgs.newBuilder()
                .setPackageId(packageId)
                .build();
    }

    private static void requireSuccess(Response response) {
        if (response.getStatus() != 200) {
            throw new AssertionError(response.getMessage());
        }
    }

    @Override
    public void close() {
        executors.values().forEach(ChaincodeExecutor::close);
        runtimes.close();
        ledgers.close();
    }
}
