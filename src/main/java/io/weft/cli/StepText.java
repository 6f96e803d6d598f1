package io.weft.cli;

import io.weft.model.NodeRef;
import io.weft.plan.Step;

/** Says in words what a step is about and what it does: {@code org1/peer0} and {@code join trading}. */
record StepText(String subject, String action) {
    static StepText of(Step step) {
        return step.accept(Words.INSTANCE);
    }

    @Override
    public String toString() {
        return subject + ": " + action;
    }

    private enum Words implements Step.Visitor<StepText> {
        INSTANCE;

        @Override
        public StepText visit(Step.EnsureNamespace step) {
            return new StepText("namespace " + step.namespace(), "create");
        }

        @Override
        public StepText visit(Step.RecordNetwork step) {
            return new StepText("network", "record");
        }

        @Override
        public StepText visit(Step.CreateAuthorities step) {
            return new StepText(step.organization(), "certificate authorities");
        }

        @Override
        public StepText visit(Step.IssueIdentity step) {
            return new StepText(step.holder().toString(), "identity");
        }

        @Override
        public StepText visit(Step.ClaimStorage step) {
            return new StepText(step.release().toString(), "storage");
        }

        @Override
        public StepText visit(Step.InstallRelease step) {
            return new StepText(step.release().toString(), "release");
        }

        @Override
        public StepText visit(Step.AwaitReady step) {
            return new StepText(step.release().toString(), "ready");
        }

        @Override
        public StepText visit(Step.CreateGenesisBlock step) {
            return new StepText("channel " + step.channel(), "block 0");
        }

        @Override
        public StepText visit(Step.JoinOrderingNode step) {
            return join(step.channel(), step.node());
        }

        @Override
        public StepText visit(Step.JoinPeer step) {
            return join(step.channel(), step.node());
        }

        private static StepText join(String channel, NodeRef node) {
            return new StepText(node.toString(), "join " + channel);
        }

        @Override
        public StepText visit(Step.InstallChaincode step) {
            return new StepText(step.peer().toString(), "install " + step.chaincode());
        }

        @Override
        public StepText visit(Step.ApproveChaincode step) {
            return new StepText("chaincode " + step.chaincode(), "approve for " + step.organization());
        }

        @Override
        public StepText visit(Step.CommitChaincode step) {
            return new StepText("chaincode " + step.chaincode(), "commit");
        }

        @Override
        public StepText visit(Step.InitializeChaincode step) {
            return new StepText("chaincode " + step.chaincode(), "initialize");
        }

        @Override
        public StepText visit(Step.VerifyChaincode step) {
            return new StepText("chaincode " + step.chaincode(), "answers at " + step.organization());
        }
    }
}
