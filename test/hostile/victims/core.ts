import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Keys, makeKeys } from '../kit/keys.ts';
import { newId } from '../kit/room.ts';
import { createTalk, type Talk } from '../kit/transfers.ts';
import { becomes, createInbox } from '../kit/waiting.ts';
import type { CoreCommand, CoreEvent, CoreLinkFacts, CoreLook } from './core-messages.ts';

const script = join(import.meta.dirname, '../../support/hostile-core.ts');
const node = [process.execPath, '--import', 'tsx'];

/** Main without its page, in a process of its own; it takes whatever is offered. */
export interface CoreVictim {
  readonly pid: number;
  /** Its installation key. */
  readonly key: string;
  readonly downloads: string;
  /** Its process has ended by itself. */
  readonly dead: boolean;
  /** Somebody has a link to it, whose hello was true. */
  link(facts?: Partial<CoreLinkFacts>, keys?: Keys): CoreLink;
  /** Lets it offer something of its disk to all. */
  offer(path: string): Promise<void>;
  look(): Promise<CoreLook>;
  /** Kinds of lanes to somebody. */
  lanes(key: string): Promise<readonly string[]>;
  end(): Promise<void>;
}

export interface CoreLink {
  readonly id: string;
  readonly victim: CoreVictim;
  /** Of the far end's installation. */
  readonly keys: Keys;
  readonly key: string;
  readonly talk: Talk;
  readonly closed: boolean;
  /** Whatever the victim says on it from now on goes there, too. */
  pass(to: (bytes: Uint8Array) => void): void;
  bytes(message: Uint8Array): void;
  close(): void;
}

/** @param enter what a command begins with to run where the victim is to be */
export async function startCoreVictim(enter: readonly string[] = []): Promise<CoreVictim> {
  const [execPath = '', ...execArgv] = [...enter, ...node];
  const child = fork(script, [], { serialization: 'advanced', execPath, execArgv });
  const exit = once(child, 'exit');
  const links: { talk: Talk; closed: boolean; pass(bytes: Uint8Array): void }[] = [];
  const events = createInbox<CoreEvent>();
  let ending = false;
  let dead = false;
  child.once('exit', () => {
    dead = !ending;
  });
  child.on('message', (event: CoreEvent) => {
    if (event.said === 'bytes') {
      links[event.lane]?.talk.receive(event.bytes);
      links[event.lane]?.pass(event.bytes);
    } else if (event.said === 'closed') Object.assign(links[event.lane] ?? {}, { closed: true });
    else events.put(event);
  });
  const command = (message: CoreCommand): void => void (child.connected && child.send(message, () => undefined));

  async function answer<S extends CoreEvent['said']>(said: S): Promise<Extract<CoreEvent, { said: S }>> {
    const isIt = (event: CoreEvent): event is Extract<CoreEvent, { said: S }> => event.said === said;
    const event = await events.need(said, isIt, 60_000);
    if (!isIt(event)) throw new Error(`${said} was asked for`);
    return event;
  }

  const { key, downloads } = await answer('ready');
  const victim: CoreVictim = {
    pid: child.pid ?? -1,
    key,
    downloads,
    get dead() {
      return dead;
    },
    link(facts = {}, keys = makeKeys()) {
      const lane = links.length;
      const talk = createTalk((bytes) => command({ do: 'bytes', lane, bytes }));
      const state = { talk, closed: false, pass: (_: Uint8Array): void => undefined };
      links.push(state);
      const link: CoreLinkFacts = {
        ...{ id: newId(), role: 'answerer', capabilities: ['direct'], answered: ['127.0.0.1'] },
        ...facts,
        peer: facts.peer ?? keys.publicKey.toString('base64url'),
      };
      command({ do: 'link', lane, link });
      return {
        id: link.id,
        victim,
        keys,
        key: link.peer,
        talk,
        get closed() {
          return state.closed;
        },
        pass(to) {
          state.pass = to;
        },
        bytes: (bytes) => command({ do: 'bytes', lane, bytes }),
        close: () => command({ do: 'close', lane }),
      };
    },
    async offer(path) {
      command({ do: 'offer', path });
      await answer('offered');
    },
    async look() {
      command({ do: 'look' });
      return (await answer('look')).look;
    },
    lanes: async (of) => (await victim.look()).lanes[of] ?? [],
    async end() {
      ending = true;
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exit;
      clearTimeout(late);
    },
  };
  return victim;
}

/** Two honest ones with a link between them, which the first has offered; what they say on it is overheard. */
export interface CorePair {
  readonly sender: CoreVictim;
  readonly receiver: CoreVictim;
  /** Control messages of each. */
  readonly fromSender: Talk;
  readonly fromReceiver: Talk;
  /** Once both have a lane without the page. */
  direct(withinMs?: number): Promise<boolean>;
}

/** @param at where each can be reached, if not on loopback */
export function joinCores(
  sender: CoreVictim,
  receiver: CoreVictim,
  at: readonly [string, string] = ['127.0.0.1', '127.0.0.1'],
): CorePair {
  const id = newId();
  const one = sender.link({ id, peer: receiver.key, role: 'offerer', answered: [at[1]] });
  const other = receiver.link({ id, peer: sender.key, role: 'answerer', answered: [at[0]] });
  one.pass(other.bytes);
  other.pass(one.bytes);
  return {
    sender,
    receiver,
    fromSender: one.talk,
    fromReceiver: other.talk,
    direct: (withinMs = 10_000) =>
      becomes(async () => {
        const [to, back] = await Promise.all([sender.lanes(receiver.key), receiver.lanes(sender.key)]);
        return to.includes('direct') && back.includes('direct');
      }, withinMs),
  };
}
