// A client of the gateway that prints what it gets, one line each. Its settings are those of `application.env`.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const {
  checkpointers, connect, hash, signers, CommitError, CommitStatusError, EndorseError, GatewayError, StatusCode,
} = require('@hyperledger/fabric-gateway');

const settings = process.env;
const named = code => Object.keys(StatusCode).find(name => StatusCode[name] === code);
const text = bytes => Buffer.from(bytes).toString();
const say = (what, ...values) => console.log([what, ...values].join(' | '));

function onlyFile(folder) {
  return fs.readFileSync(path.join(folder, fs.readdirSync(folder)[0]));
}

// Whatever goes wrong, its kind and what the nodes say; a success is an error here.
async function refused(what, work) {
  try {
    await work();
    say(what, 'NOT REFUSED');
  } catch (error) {
    if (error instanceof CommitError) {
      say(what, 'CommitError', named(error.code));
    } else if (error instanceof GatewayError) {
      const kind = [EndorseError, CommitStatusError].find(one => error instanceof one);
      const details = error.details.map(one => `${one.mspId} ${one.address} ${one.message}`).sort();
      const reason = error.code === grpc.status.DEADLINE_EXCEEDED ? [] : [error.cause.details, ...details];
      say(what, kind ? kind.name : error.name, grpc.status[error.code], ...reason);
    } else {
      say(what, error.message);
    }
  }
}

async function take(count, events, show) {
  try {
    for await (const event of events) {
      await show(event);
      if (--count === 0) {
        return;
      }
    }
  } finally {
    events.close();
  }
}

async function main(gateway) {
  const network = gateway.getNetwork(settings.CHANNEL_NAME);
  const contract = network.getContract(settings.CHAINCODE_NAME);
  const event = one => say('event', one.chaincodeName, one.eventName, text(one.payload), `block ${one.blockNumber - first}`);

  const before = await contract.submitAsync('Publish', { arguments: ['start', 'zero'] });
  const { blockNumber: first, successful, code } = await before.getStatus();
  say('submitAsync', text(before.getResult()), successful, named(code));

  // Those who listen hear what comes, without replay.
  const arrived = [];
  const live = await network.getChaincodeEvents(settings.CHAINCODE_NAME);
  const heard = take(2, live, one => arrived.push(one));
  say('submitTransaction', text(await contract.submitTransaction('Publish', 'one', 'first')));
  say('submit', text(await contract.submit('Publish', { arguments: ['two', 'second'], transientData: { secret: 'x' } })));
  await heard;
  arrived.forEach(event);
  say('evaluateTransaction', text(await contract.evaluateTransaction('Read', 'one')));
  say('evaluate at org2', text(await contract.evaluate('Read', { arguments: ['two'], endorsingOrganizations: ['Org2MSP'] })));

  say('replay');
  await take(3, await network.getChaincodeEvents(settings.CHAINCODE_NAME, { startBlock: first }), event);

  say('checkpoints');
  const checkpointer = await checkpointers.file(settings.CHECKPOINT_FILE);
  const remembered = async one => {
    event(one);
    await checkpointer.checkpointChaincodeEvent(one);
  };
  const where = { checkpoint: checkpointer, startBlock: first };
  await take(1, await network.getChaincodeEvents(settings.CHAINCODE_NAME, where), remembered);
  await take(2, await network.getChaincodeEvents(settings.CHAINCODE_NAME, where), remembered);
  say('checkpoint', `block ${checkpointer.getBlockNumber() - first}`);

  say('blocks');
  await take(3, await network.getBlockEvents({ startBlock: first }), block =>
    say('block', BigInt(block.getHeader().getNumber()) - first, block.getData().getDataList().length));
  await take(3, await network.getFilteredBlockEvents({ startBlock: first }), block =>
    say('filtered', BigInt(block.getNumber()) - first, block.getFilteredTransactionsList().map(one => named(one.getTxValidationCode()))));
  await take(1, await network.getBlockAndPrivateDataEvents({ startBlock: first }), both =>
    say('with private data', BigInt(both.getBlock().getHeader().getNumber()) - first));

  say('refusals');
  await refused('evaluate', () => contract.evaluateTransaction('Refuse', 'not today'));
  await refused('endorse', () => contract.submitTransaction('Refuse', 'not today'));
  await refused('unknown function', () => contract.submitTransaction('Nothing'));
  await refused('unknown chaincode', () => network.getContract('none').submitTransaction('Read', 'one'));
  await refused('unknown channel', () => gateway.getNetwork('nowhere').getContract('none').evaluateTransaction('Read', 'one'));
  await refused('unknown organization', () => contract.submit('Read', { arguments: ['one'], endorsingOrganizations: ['NoMSP'] }));
  await refused('too few endorsements', () =>
    contract.submit('Publish', { arguments: ['few', 'x'], endorsingOrganizations: ['Org1MSP'] }));
  await refused('late status', async () => {
    const commit = await contract.submitAsync('Publish', { arguments: ['late', 'x'] });
    await commit.getStatus({ deadline: Date.now() - 1000 });
  });
  await refused('foreign signature', async () => {
    const transaction = await contract.newProposal('Publish', { arguments: ['signed', 'x'] }).endorse();
    await gateway.newSignedTransaction(transaction.getBytes(), Buffer.from('not a signature')).submit();
  });
  await refused('foreign proposal signature', async () => {
    const proposal = contract.newProposal('Publish', { arguments: ['signed', 'x'] });
    await gateway.newSignedProposal(proposal.getBytes(), Buffer.from('not a signature')).endorse();
  });
  await refused('events of an unknown channel', async () =>
    take(1, await gateway.getNetwork('nowhere').getChaincodeEvents('none'), event));
  await refused('blocks of an unknown channel', async () => take(1, await gateway.getNetwork('nowhere').getBlockEvents(), event));

  const stale = await contract.newProposal('Append', { arguments: ['one', ' late'] }).endorse();
  await contract.submitTransaction('Append', 'one', ' early');
  const status = await (await stale.submit()).getStatus();
  say('conflict', status.successful, named(status.code));
  say('left', text(await contract.evaluateTransaction('Read', 'one')));
}

const client = new grpc.Client(settings.PEER_ENDPOINT, grpc.credentials.createSsl(fs.readFileSync(settings.TLS_CERT_PATH)), {
  'grpc.ssl_target_name_override': settings.PEER_HOST_ALIAS,
});
const gateway = connect({
  client,
  identity: { mspId: settings.MSP_ID, credentials: onlyFile(settings.CERT_DIRECTORY_PATH) },
  signer: signers.newPrivateKeySigner(crypto.createPrivateKey(onlyFile(settings.KEY_DIRECTORY_PATH))),
  hash: hash.sha256,
});
main(gateway)
  .catch(error => {
    console.log(error);
    process.exitCode = 1;
  })
  .finally(() => {
    gateway.close();
    client.close();
  });
