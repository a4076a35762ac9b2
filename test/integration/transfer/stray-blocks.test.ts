import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBlock } from '../../../src/shared/protocol/block.ts';
import { limits } from '../../../src/shared/protocol/limits.ts';
import type { ManifestEntry } from '../../../src/shared/protocol/transfer-messages.ts';
import { bytesOf, createPair, type Pair, writeTree } from '../../support/engine-pair.ts';
import { connectRawPeer, idOf, offerOf, type RawPeer } from '../../support/engine-raw-peer.ts';

let pair: Pair;
let peer: RawPeer;
let accepts: boolean;
let nowMs: number;
const id = idOf(1);
const entries: ManifestEntry[] = [['f', 'a.bin', 100_000, 0]];
/** A charge of which the budget is a whole number. */
const charge = 64 * 1024;

beforeEach(async () => {
  accepts = true;
  nowMs = 0;
  const side = { world: { now: () => nowMs }, shouldAccept: () => accepts };
  pair = await createPair({ alice: side, bob: side });
  peer = connectRawPeer(pair.bob);
});

afterEach(async () => {
  await pair.close();
});

async function offered(): Promise<void> {
  peer.say({ ...offerOf(id, entries), first: entries });
  await pair.bob.reach(id, 'offered', 'accepted');
}

async function accepted(): Promise<number> {
  await offered();
  return (await peer.hears('accept')).binding;
}

/** The transfer and the binding that its blocks name. */
type Named = readonly [transfer: string, binding: number];

test.each<[string, () => Promise<Named>]>([
  ['of a transfer that nobody knows', async () => [idOf(7), 1]],
  ['of another binding', async () => [id, (await accepted()) + 1]],
  [
    'of one that is over',
    async () => {
      const binding = await accepted();
      peer.say({ type: 'cancel', transfer: id, reason: 'cancelled-by-peer' });
      await peer.hears('ended');
      return [id, binding];
    },
  ],
  [
    'of one that was not accepted',
    async () => {
      accepts = false;
      await offered();
      return [id, 1];
    },
  ],
  [
    'of one that comes from somebody else',
    async () => {
      const other = connectRawPeer(pair.bob, 'trudy');
      other.say({ ...offerOf(id, entries), first: entries });
      return [id, (await other.hears('accept')).binding];
    },
  ],
  [
    'of one that goes out',
    async () => {
      const outbox = await pair.folders.folder('outbox');
      await writeTree(outbox, { 'out.bin': bytesOf(1000) });
      const going = await pair.send(join(outbox, 'out.bin'));
      peer = connectRawPeer(pair.alice, 'bob');
      await peer.hears('offer');
      return [going, 1];
    },
  ],
])(
  'blocks %s are borne as long as somebody honest may have them on the way, and then end the lane',
  async (_, made) => {
    const [transfer, binding] = await made();
    const pour = async (bytes: number): Promise<void> => {
      const message = createBlock({ transfer, binding, entry: 0, offset: 0 }, charge - 33);
      for (let poured = 0; poured < bytes; poured += charge) peer.bytes(message);
      await peer.settled();
    };
    await pour(limits.strayBytesAtOnce);
    nowMs += 1000;
    await pour(limits.strayBytesPerSecond);
    expect(peer.closed).toBe(false);
    await pour(charge);
    expect(peer.closed).toBe(true);
  },
);

test('small ones count by their number', async () => {
  const message = createBlock({ transfer: idOf(7), binding: 1, entry: 0, offset: 0 }, 1);
  for (let poured = 0; poured <= limits.strayBytesAtOnce; poured += 1024) peer.bytes(message);
  await peer.settled();
  expect(peer.closed).toBe(true);
});

test('blocks that have their place cost nothing of it', async () => {
  const binding = await accepted();
  const stray = createBlock({ transfer: idOf(7), binding: 1, entry: 0, offset: 0 }, charge - 33);
  for (let poured = 0; poured < limits.strayBytesAtOnce; poured += charge) peer.bytes(stray);
  peer.block({ transfer: id, binding, entry: 0, offset: 0 }, bytesOf(50_000));
  expect(await peer.hears('progress')).toMatchObject({ written: 50_000 });
  expect(peer.closed).toBe(false);
});
