import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTalk, type Talk } from '../kit/transfers.ts';
import { createInbox } from '../kit/waiting.ts';
import type { EngineCommand, EngineEvent, EngineOptions, EngineView } from './engine-messages.ts';

const script = join(import.meta.dirname, '../../support/hostile-engine.ts');

/** The transfer engine in a process of its own, with lanes in memory: for what needs neither a page nor a broker. */
export interface EngineVictim {
  readonly pid: number;
  readonly downloads: string;
  /** A lane from a key that nobody had before, or from the one that is named. */
  lane(key?: string): EngineLane;
  /** Lets the victim offer something of its disk to a key; gives the transfer's id. */
  offer(path: string, key: string): Promise<string>;
  /** All that a person is shown. */
  list(): Promise<readonly EngineView[]>;
  end(): Promise<void>;
}

export interface EngineLane {
  readonly key: string;
  readonly talk: Talk;
  readonly closed: boolean;
  close(): void;
}

export async function startEngine(options: Partial<EngineOptions> = {}): Promise<EngineVictim> {
  const home = await mkdtemp(join(tmpdir(), 'roomdrop-hostile-'));
  const downloads = join(home, 'downloads');
  await mkdir(downloads);
  const given: EngineOptions = { downloads, accept: 'all', ...options };
  const child = fork(script, [JSON.stringify(given)], { serialization: 'advanced', execArgv: ['--import', 'tsx'] });
  const exit = once(child, 'exit');
  const lanes: { talk: Talk; closed: boolean }[] = [];
  const events = createInbox<EngineEvent>();
  child.on('message', (event: EngineEvent) => {
    if (event.said === 'bytes') lanes[event.lane]?.talk.receive(event.bytes);
    else if (event.said === 'closed') Object.assign(lanes[event.lane] ?? {}, { closed: true });
    else events.put(event);
  });
  const command = (message: EngineCommand): void => void (child.connected && child.send(message));

  async function answer<S extends EngineEvent['said']>(said: S): Promise<Extract<EngineEvent, { said: S }>> {
    const isIt = (event: EngineEvent): event is Extract<EngineEvent, { said: S }> => event.said === said;
    const event = await events.need(said, isIt, 60_000);
    if (!isIt(event)) throw new Error(`${said} was asked for`);
    return event;
  }

  await answer('ready');
  return {
    pid: child.pid ?? -1,
    downloads,
    lane(key = `key-${lanes.length}`) {
      const lane = lanes.length;
      const talk = createTalk((bytes) => command({ do: 'bytes', lane, bytes }));
      const state = { talk, closed: false };
      lanes.push(state);
      command({ do: 'attach', lane, key });
      return {
        key,
        talk,
        get closed() {
          return state.closed;
        },
        close: () => command({ do: 'close', lane }),
      };
    },
    async offer(path, key) {
      command({ do: 'offer', path, key });
      return (await answer('offered')).id;
    },
    async list() {
      command({ do: 'list' });
      return (await answer('list')).views;
    },
    async end() {
      child.kill('SIGKILL');
      await exit;
      await rm(home, { recursive: true, force: true });
    },
  };
}
