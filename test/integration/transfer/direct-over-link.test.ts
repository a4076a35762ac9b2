import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { usualLinkTerms } from '../../../src/connect/link-terms.ts';
import { joinRoom, type Room } from '../../../src/connect/room.ts';
import { makeTestRoom } from '../../support/connect-person.ts';
import { nodeWorld } from '../../support/connect-world.ts';
import { type Headless, startCore } from '../../support/cores.ts';
import { watchedParts } from '../../support/direct-parts.ts';
import { bytesOf, createFolders, type Folders, treeOf, writeTree } from '../../support/engine-pair.ts';
import { laneOf } from '../../support/link-lane.ts';
import { makeMemoryCarrier } from '../../support/memory-carrier.ts';

const shared = { ...makeTestRoom(), carriers: [makeMemoryCarrier('memory')], iceServers: [] };

let folders: Folders;
let people: { readonly core: Headless; readonly room: Room }[];
/** When the first link was up. */
let linkedAtMs: number | null;

beforeEach(async () => {
  folders = await createFolders();
  linkedAtMs = null;
  people = [await joinAs('ann'), await joinAs('bo')];
});

afterEach(async () => {
  await Promise.all(people.map(({ core }) => core.core.close()));
  await Promise.all(people.map(({ room }) => room.leave()));
  await folders.remove();
});

/** A main and, where its page would be, a room. */
async function joinAs(name: string, direct = true): Promise<{ core: Headless; room: Room }> {
  const core = await startCore(folders.root, name, { direct: await watchedParts() });
  await core.core.settings.change({ iceServers: [], direct });
  const page = core.core.reporter();
  const { identity, capabilities } = core.core;
  const room = joinRoom({
    world: nodeWorld,
    ...shared,
    name,
    linkTerms: { ...usualLinkTerms, capabilities },
    sign: async (transcript) => ({ key: identity.key, signature: identity.signLink(transcript) }),
    onNetwork: page.network,
    onLink(link) {
      linkedAtMs ??= performance.now();
      const { key, session, name: called, id, role } = link;
      page.reached({ key, session, name: called }, laneOf(link), { id, role, capabilities: [...link.capabilities] });
      link.onAnswered((addresses) => page.answered(id, addresses));
    },
  });
  return { core, room };
}

test('a link by WebRTC is enough for a direct lane beside it', async () => {
  const [ann, bo] = people;
  if (!ann || !bo) throw new Error('two have joined');
  const direct = (): boolean => ann.core.core.people.lanesTo(bo.core.core.identity.key).includes('direct');
  await expect.poll(direct, { interval: 5 }).toBe(true);
  console.log(`lane after ${Math.round(performance.now() - (linkedAtMs ?? 0))} ms`);
  const outbox = await folders.folder('outbox');
  await writeTree(outbox, { 'big.bin': bytesOf(20 * 1024 * 1024) });
  const source = await ann.core.core.offers.addPaths([join(outbox, 'big.bin')]);
  ann.core.core.offers.offer(source.id, null);
  await bo.core.until(({ state }) => state === 'done');
  expect(await treeOf(bo.core.downloads)).toEqual(await treeOf(outbox));
});

test('where the setting was off when the link was made, a lane comes once it is on', async () => {
  const cleo = await joinAs('cleo', false);
  people.push(cleo);
  const lanes = (): string[] =>
    people.slice(0, 2).flatMap(({ core }) => cleo.core.core.people.lanesTo(core.core.identity.key));
  await expect.poll(lanes).toEqual(['channel', 'channel']);
  await cleo.core.core.settings.change({ direct: true });
  cleo.room.setLinkTerms({ ...usualLinkTerms, capabilities: cleo.core.core.capabilities });
  await expect.poll(() => lanes().filter((kind) => kind === 'direct'), { timeout: 20_000 }).toHaveLength(2);
});
