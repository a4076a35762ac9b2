import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from '../../src/main/core.ts';
import { loadDirectParts } from '../../src/main/lane/direct/direct-parts.ts';
import type { LaneHandlers } from '../../src/main/lane/lane.ts';
import { channelTerms } from '../../src/main/lane/port-lane.ts';
import type { CoreCommand, CoreEvent, CoreLinkFacts, CoreLook } from '../hostile/victims/core-messages.ts';
import { startCore } from './cores.ts';

/** The whole of main but its window as a victim, forked: the word of a page, and what goes by its links, are messages. */
const root = await mkdtemp(join(tmpdir(), 'roomdrop-hostile-core-'));
const { parts } = await loadDirectParts();
if (!parts) throw new Error('the addons do not load here');
const { core, downloads, errors } = await startCore(root, 'victim', { direct: parts });
// Nobody but the attacker is asked anything.
await core.settings.change({ iceServers: [] });
const page: Reporter = core.reporter();
const lanes = new Map<number, LaneHandlers>();
const peers = new Set<string>();
const say = (event: CoreEvent, sent = (): void => undefined): void => void process.send?.(event, sent);

function link(lane: number, { id, peer, role, capabilities, answered }: CoreLinkFacts): void {
  let undrainedBytes = 0;
  peers.add(peer);
  const person = { key: peer, session: `session of ${peer}`, name: peer.slice(0, 4) };
  const channel = {
    terms: channelTerms,
    maxMessageBytes: 256 * 1024,
    get undrainedBytes() {
      return undrainedBytes;
    },
    send(bytes: Uint8Array) {
      undrainedBytes += bytes.byteLength;
      say({ said: 'bytes', lane, bytes }, () => {
        undrainedBytes -= bytes.byteLength;
        lanes.get(lane)?.drain();
      });
    },
    listen: (handlers: LaneHandlers) => void lanes.set(lane, handlers),
    close() {
      lanes.delete(lane);
      say({ said: 'closed', lane });
    },
  };
  page.reached(person, channel, { id, role, capabilities });
  page.answered(id, answered);
}

function look(): CoreLook {
  return {
    transfers: core.transfers.list().map(({ id, direction, state, reason, files, folders, bytes }) => ({
      ...{ id, direction, state, files, folders, bytes },
      reason: reason?.code ?? null,
    })),
    lanes: Object.fromEntries([...peers].map((key) => [key, core.people.lanesTo(key)])),
  };
}

async function obey(command: CoreCommand): Promise<void> {
  if (errors.length > 0) throw errors[0];
  switch (command.do) {
    case 'link':
      return link(command.lane, command.link);
    case 'bytes':
      return lanes.get(command.lane)?.message(new Uint8Array(command.bytes));
    case 'close':
      lanes.get(command.lane)?.close();
      lanes.delete(command.lane);
      return;
    case 'offer': {
      const { id } = await core.offers.addPaths([command.path]);
      core.offers.offer(id, null);
      return say({ said: 'offered' });
    }
    case 'look':
      return say({ said: 'look', look: look() });
  }
}

process.on('message', (command: CoreCommand) => void obey(command));
process.once('disconnect', async () => {
  await core.close();
  await rm(root, { recursive: true, force: true });
  process.exit();
});
say({ said: 'ready', key: core.identity.key, downloads });
