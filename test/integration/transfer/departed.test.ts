import { afterEach, beforeEach, expect, test } from 'vitest';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { ManifestEntry } from '../../../src/shared/protocol/transfer-messages.ts';
import { createFolders, createSide, type Folders, type Side } from '../../support/engine-pair.ts';
import { connectRawPeer, idOf, offerOf, type RawPeer } from '../../support/engine-raw-peer.ts';

let folders: Folders;
let side: Side;
/** What is to happen later, by the side's clock. */
let later: { dueMs: number; action: () => void }[] = [];
let nowMs = 0;
const entries: ManifestEntry[] = [['f', 'a.txt', 1, 0]];

beforeEach(async () => {
  [later, nowMs] = [[], 0];
  folders = await createFolders();
  side = createSide('bob', await folders.folder('downloads'), {
    shouldAccept: () => false,
    world: {
      after(ms, action) {
        const task = { dueMs: nowMs + ms, action };
        later.push(task);
        return () => {
          later = later.filter((each) => each !== task);
        };
      },
    },
  });
});

afterEach(async () => {
  await side.engine.close();
  expect(later).toEqual([]);
  await folders.remove();
});

function pass(ms: number): void {
  nowMs += ms;
  const due = later.filter(({ dueMs }) => dueMs <= nowMs);
  later = later.filter(({ dueMs }) => dueMs > nowMs);
  for (const { action } of due) action();
}

async function offers(peer: RawPeer, id: string): Promise<void> {
  peer.say(offerOf(id, entries));
  await peer.hears('want-manifest');
  peer.say({ type: 'manifest', transfer: id, page: 0, entries });
  while (!shown().includes(id)) await new Promise((done) => setImmediate(done));
}

function shown(): string[] {
  return side.engine.list().map(({ id }) => id);
}

test('an offer that nobody answered goes some time after its sender has gone', async () => {
  const peer = connectRawPeer(side);
  await offers(peer, idOf(1));
  peer.close();
  pass(limits.undecidedOfferMs - 1);
  expect(shown()).toEqual([idOf(1)]);
  pass(1);
  expect(shown()).toEqual([]);
  await Promise.resolve();
  expect(side.forgotten).toEqual([idOf(1)]);
});

test('it stays for who comes back in time, and comes anew with who comes later', async () => {
  connectRawPeer(side).close();
  let peer = connectRawPeer(side);
  await offers(peer, idOf(1));
  peer.close();
  pass(limits.undecidedOfferMs - 1);
  peer = connectRawPeer(side);
  pass(limits.undecidedOfferMs);
  expect(shown()).toEqual([idOf(1)]);
  peer.close();
  pass(limits.undecidedOfferMs);
  expect(shown()).toEqual([]);
  await offers(connectRawPeer(side), idOf(1));
  expect(shown()).toEqual([idOf(1)]);
});

test('what was accepted stays, and so does what somebody else offers', async () => {
  const [peer, other] = [connectRawPeer(side), connectRawPeer(side, 'other')];
  await offers(peer, idOf(1));
  await side.engine.answer(idOf(1), true);
  await offers(peer, idOf(2));
  await offers(other, idOf(3));
  peer.close();
  pass(limits.undecidedOfferMs);
  expect(shown()).toEqual([idOf(1), idOf(3)]);
});

test('one person after another cannot fill the list: who has gone makes room, and who is here does not lose theirs', async () => {
  const perPeer = limits.pendingOffersPerPeer;
  const full = limits.pendingOffersPerRoom / perPeer;
  const peers: RawPeer[] = [];
  for (let key = 0; key < full; key++) {
    const peer = connectRawPeer(side, `key ${key}`);
    for (let index = 0; index < perPeer; index++) await offers(peer, idOf(0x100 * (key + 1) + index));
    peers.push(peer);
  }
  const late = connectRawPeer(side, 'late');
  late.say(offerOf(idOf(1), entries));
  expect(await late.hears('ended')).toMatchObject({ reason: 'too-many-offers' });
  peers[0]?.close();
  await offers(late, idOf(2));
  expect(shown()).toHaveLength(limits.pendingOffersPerRoom);
  expect(shown()).not.toContain(idOf(0x100));
  expect(shown()).toContain(idOf(2));
});
