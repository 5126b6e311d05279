import { expect, it } from 'vitest';
import {
  describeIdentity,
  earlierOnOtherStores,
  ownIdentity,
  type Poller,
  parseIdentity,
  refuseOtherStores,
  type WorkerIdentity,
} from './one-store.ts';

const own = ownIdentity('mine', 's3://acme/mine');
const elsewhere: WorkerIdentity = {
  ...own,
  host: 'spot-7',
  place: 'elsewhere',
  since: own.since - 5,
  storeId: 'theirs',
  storeUri: 'file:///mnt/their store',
};
const quickly = { pollsWithinMs: 30, lookEveryMs: 5 };

/** Worker lists, one after the other; the last one is repeated. */
function lists(...answers: Poller[][]) {
  let next = 0;
  return async () => answers[Math.min(next++, answers.length - 1)] ?? [];
}

it('tells a store by the identity of its workers, and takes other identities for none', () => {
  const encrypts = { ...elsewhere, keys: ['9f86d081', '2c26b46b'] };
  for (const identity of [elsewhere, encrypts]) expect(parseIdentity(describeIdentity(identity))).toEqual(identity);
  for (const identity of ['123@host', '', 'some other worker']) expect(parseIdentity(identity)).toBeUndefined();
});

it('shares queues with workers of the same store, by whatever path they reach it', async () => {
  const same = { ...elsewhere, storeId: own.storeId };
  await refuseOtherStores(
    lists([{ identity: same, polledAt: 1 }], [{ identity: same, polledAt: 9 }]),
    own,
    undefined,
    quickly,
  );
});

it('refuses, naming both stores, while a worker of another store is at work on another machine', async () => {
  const said: string[] = [];
  const refused = refuseOtherStores(
    lists([{ identity: elsewhere, polledAt: 1 }], [{ identity: elsewhere, polledAt: 9 }]),
    own,
    (line) => said.push(line),
    quickly,
  );
  await expect(refused).rejects.toMatchObject({
    kind: 'config',
    message: expect.stringMatching(/spot-7.*file:\/\/\/mnt\/their store \(theirs\).*s3:\/\/acme\/mine \(mine\)/),
  });
  expect(said).toEqual([expect.stringContaining('Waiting to see whether it still does')]);
});

it('starts once a worker of another store polls no more', async () => {
  await refuseOtherStores(lists([{ identity: elsewhere, polledAt: 1 }]), own, undefined, quickly);
});

it('refuses at once if the process of the other store runs on this machine, and not if it has ended', async () => {
  const here = { ...elsewhere, place: own.place };
  const polled = (pid: number) => lists([{ identity: { ...here, pid }, polledAt: 1 }]);
  await expect(refuseOtherStores(polled(process.ppid), own, undefined, quickly)).rejects.toThrow(
    'serves the same queues',
  );
  await refuseOtherStores(polled(2 ** 22 + 1), own, undefined, quickly);
});

it('lets one of two workers go on that were started together', () => {
  const [a, b] = [own, { ...elsewhere, since: own.since, pid: own.pid + 1 }];
  const poller = (identity: WorkerIdentity) => [{ identity, polledAt: 1 }];
  expect(earlierOnOtherStores(poller(b), a)).toEqual([]);
  expect(earlierOnOtherStores(poller(a), b)).toHaveLength(1);
});
