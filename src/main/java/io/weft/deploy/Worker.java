package io.weft.deploy;

import io.weft.plan.Finding;
import io.weft.plan.Step;
import io.weft.plan.Step.ApproveChaincode;
import io.weft.plan.Step.AwaitReady;
import io.weft.plan.Step.ClaimStorage;
import io.weft.plan.Step.CommitChaincode;
import io.weft.plan.Step.CreateAuthorities;
import io.weft.plan.Step.CreateGenesisBlock;
import io.weft.plan.Step.EnsureNamespace;
import io.weft.plan.Step.InitializeChaincode;
import io.weft.plan.Step.InstallChaincode;
import io.weft.plan.Step.InstallRelease;
import io.weft.plan.Step.IssueIdentity;
import io.weft.plan.Step.JoinOrderingNode;
import io.weft.plan.Step.JoinPeer;
import io.weft.plan.Step.RecordNetwork;
import io.weft.plan.Step.VerifyChaincode;
import io.weft.platform.Spaces;
import java.util.function.Consumer;

/** Sends each step to the class that knows its subject, to be examined or to be performed. */
final class Worker {
    private final Spaces spaces;
    private final NetworkRecord record;
    private final Keys keys;
    private final Releases releases;
    private final Channels channels;
    private final Chaincodes chaincodes;

    Worker(
            Spaces spaces,
            NetworkRecord record,
            Keys keys,
            Releases releases,
            Channels channels,
            Chaincodes chaincodes) {
        this.spaces = spaces;
        this.record = record;
        this.keys = keys;
        this.releases = releases;
        this.channels = channels;
        this.chaincodes = chaincodes;
    }

    /** What is there of the thing that the step brings about. Writes nothing. */
    Finding examine(Step step) {
        return step.accept(new Step.Visitor<>() {
            @Override
            public Finding visit(EnsureNamespace step) {
                return spaces.examine(step.namespace());
            }

            @Override
            public Finding visit(RecordNetwork step) {
                return record.examine();
            }

            @Override
            public Finding visit(CreateAuthorities step) {
                return keys.examineAuthorities(step.organization());
            }

            @Override
            public Finding visit(IssueIdentity step) {
                return keys.examine(step.holder());
            }

            @Override
            public Finding visit(ClaimStorage step) {
                return releases.examineStorage(step.release());
            }

            @Override
            public Finding visit(InstallRelease step) {
                return releases.examine(step.release());
            }

            @Override
            public Finding visit(AwaitReady step) {
                return releases.examineReadiness(step.release());
            }

            @Override
            public Finding visit(CreateGenesisBlock step) {
                return channels.examineGenesis(step.channel());
            }

            @Override
            public Finding visit(JoinOrderingNode step) {
                return channels.examineOrderingNode(step.channel(), step.node());
            }

            @Override
            public Finding visit(JoinPeer step) {
                return channels.examinePeer(step.channel(), step.node());
            }

            @Override
            public Finding visit(InstallChaincode step) {
                return chaincodes.examineInstalled(step.chaincode(), step.peer());
            }

            @Override
            public Finding visit(ApproveChaincode step) {
                return chaincodes.examineApproved(step.chaincode(), step.organization());
            }

            @Override
            public Finding visit(CommitChaincode step) {
                return chaincodes.examineCommitted(step.chaincode());
            }

            @Override
            public Finding visit(InitializeChaincode step) {
                return chaincodes.examineInitialized(step.chaincode());
            }

            @Override
            public Finding visit(VerifyChaincode step) {
                return chaincodes.examineCommitted(step.chaincode());
            }
        });
    }

    /** Brings about what the step wants; returns whether anything was changed. */
    boolean perform(Step step, Consumer<String> note) throws InterruptedException {
        return step.accept(new Performance(note));
    }

    private final class Performance implements Step.Visitor<Boolean> {
        private final Consumer<String> note;

        Performance(Consumer<String> note) {
            this.note = note;
        }

        @Override
        public Boolean visit(EnsureNamespace step) {
            return spaces.ensure(step.namespace());
        }

        @Override
        public Boolean visit(RecordNetwork step) {
            return record.create();
        }

        @Override
        public Boolean visit(CreateAuthorities step) {
            return keys.createAuthorities(step.organization());
        }

        @Override
        public Boolean visit(IssueIdentity step) {
            return keys.issue(step.holder());
        }

        @Override
        public Boolean visit(ClaimStorage step) {
            return releases.claimStorage(step.release());
        }

        @Override
        public Boolean visit(InstallRelease step) {
            return releases.install(step.release());
        }

        @Override
        public Boolean visit(AwaitReady step) {
            releases.awaitReady(step.release(), note);
            return false;
        }

        @Override
        public Boolean visit(CreateGenesisBlock step) {
            return channels.createGenesis(step.channel());
        }

        @Override
        public Boolean visit(JoinOrderingNode step) {
            return channels.joinOrderingNode(step.channel(), step.node(), note);
        }

        @Override
        public Boolean visit(JoinPeer step) {
            return channels.joinPeer(step.channel(), step.node(), note);
        }

        @Override
        public Boolean visit(InstallChaincode step) {
            return chaincodes.install(step.chaincode(), step.peer(), note);
        }

        @Override
        public Boolean visit(ApproveChaincode step) {
            channels.awaitAllConsenters(step.chaincode().channel(), note);
            return chaincodes.approve(step.chaincode(), step.organization(), note);
        }

        @Override
        public Boolean visit(CommitChaincode step) {
            return chaincodes.commit(step.chaincode(), note);
        }

        @Override
        public Boolean visit(InitializeChaincode step) {
            return chaincodes.initialize(step.chaincode(), note);
        }

        @Override
        public Boolean visit(VerifyChaincode step) {
            chaincodes.verify(step.chaincode(), step.organization(), note);
            return false;
        }
    }
}
