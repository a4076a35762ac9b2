import { type Disk, systemDisk } from '../../src/main/files/disk.ts';
import { createPathSource } from '../../src/main/files/path-source.ts';
import type { LaneHandlers } from '../../src/main/lane/lane.ts';
import { channelTerms } from '../../src/main/lane/port-lane.ts';
import { createSystemWorld } from '../../src/main/system-world.ts';
import { createEngine } from '../../src/main/transfer/engine.ts';
import type { EngineCommand, EngineEvent, EngineOptions } from '../hostile/victims/engine-messages.ts';

/** The engine as a victim: `hostile-engine.ts OPTIONS`, forked; its lanes are messages to and from the parent. */
const options: EngineOptions = JSON.parse(process.argv[2] ?? '{}');
const blockOfDiskBytes = 4096;

function diskOf(freeBytes: number | undefined): Disk {
  if (freeBytes === undefined) return systemDisk;
  let left = freeBytes;
  return {
    ...systemDisk,
    space: async () => ({ freeBytes: left, blockBytes: blockOfDiskBytes, freeEntries: null }),
    createPart(path) {
      left -= blockOfDiskBytes;
      return systemDisk.createPart(path);
    },
  };
}

const engine = createEngine({
  world: createSystemWorld(diskOf(options.freeBytes)),
  incomingFolder: () => options.downloads,
  folderLabel: (path) => path,
  shouldAccept: () => options.accept === 'all',
  onNotAccepted: () => undefined,
  onChange: () => undefined,
  onForgotten: () => undefined,
  onLaneWord: () => undefined,
  onListenerError(error) {
    throw error;
  },
});

const lanes = new Map<number, LaneHandlers>();
const say = (event: EngineEvent, sent = (): void => undefined): void => void process.send?.(event, sent);
const personOf = (key: string) => ({ key, session: `session-of-${key}`, name: key });

function attach(lane: number, key: string): void {
  let undrainedBytes = 0;
  engine.attach(personOf(key), {
    terms: channelTerms,
    maxMessageBytes: 256 * 1024,
    get undrainedBytes() {
      return undrainedBytes;
    },
    send(bytes) {
      undrainedBytes += bytes.byteLength;
      say({ said: 'bytes', lane, bytes }, () => {
        undrainedBytes -= bytes.byteLength;
        lanes.get(lane)?.drain();
      });
    },
    listen: (handlers) => void lanes.set(lane, handlers),
    close() {
      lanes.delete(lane);
      say({ said: 'closed', lane });
    },
  });
}

async function obey(command: EngineCommand): Promise<void> {
  switch (command.do) {
    case 'attach':
      return attach(command.lane, command.key);
    case 'bytes':
      return lanes.get(command.lane)?.message(new Uint8Array(command.bytes));
    case 'close':
      lanes.get(command.lane)?.close();
      lanes.delete(command.lane);
      return;
    case 'offer': {
      const id = engine.offer(await createPathSource([command.path]), personOf(command.key));
      return say({ said: 'offered', id });
    }
    case 'list': {
      const views = engine.list().map(({ id, direction, state, reason, files, folders, bytes }) => ({
        id,
        direction,
        state,
        reason: reason?.code ?? null,
        files,
        folders,
        bytes,
      }));
      return say({ said: 'list', views });
    }
  }
}

process.on('message', (command: EngineCommand) => void obey(command));
process.on('disconnect', () => process.exit());
say({ said: 'ready' });
