import { isAbsolute } from 'node:path';
import * as v from 'valibot';
import {
  type CallName,
  type CallOutput,
  type Calls,
  calls,
  type EventData,
  type EventName,
  type Port,
  portPurposeSchema,
  type SettingsView,
  type SourceSummary,
} from '../shared/bridge.ts';
import { type Reason, ReasonError } from '../shared/reasons.ts';
import type { MemberView, NetworkView, Person } from '../shared/views.ts';
import { parseBrokerUrl, readIceServer } from './addresses.ts';
import { isUsableFolder } from './files/usable-folder.ts';
import type { Host, PageConnection, PageSession } from './host.ts';
import type { Identity } from './identity.ts';
import { createPortLane } from './lane/port-lane.ts';
import type { Outbox } from './outbox.ts';
import { createGoodbye } from './page-goodbye.ts';
import type { PersonWords } from './person-words.ts';
import { newRoomCode, type RoomKeeper } from './room-keeper.ts';
import type { KnownPeople } from './storage/known-people.ts';
import type { SettingsStore, StoredSettings } from './storage/settings.ts';
import type { Engine } from './transfer/engine.ts';
import { isParting } from './transfer/state.ts';

type CallHandlers = {
  [N in CallName]: (input: v.InferOutput<Calls[N]['input']>) => Promise<CallOutput<N>> | CallOutput<N>;
};

interface DeskOptions {
  host: Host;
  version: string;
  identity: Identity;
  settings: SettingsStore;
  settingsView(): SettingsView;
  known: KnownPeople;
  words: PersonWords;
  room: RoomKeeper;
  engine: Engine;
  outbox: Outbox;
  /** What is offered to whoever comes, or waits for a room. */
  standing(): readonly SourceSummary[];
  withdraw(source: string): void;
  notice(reason: Reason): void;
  /** Null: no page is there any more to know. */
  onNetwork(network: NetworkView | null): void;
  /** Before the first state goes to a page. */
  onAttach(): Promise<void>;
}

/** Where the page is served: one page at a time, each call checked and answered, each port put to its use. */
export interface PageDesk {
  connect(page: PageConnection): PageSession;
  /** To the attached page, if there is one. */
  emit<N extends EventName>(name: N, data: EventData<N>): void;
  /** Something the person should read once: the attached page says it, or the next one. */
  notice(reason: Reason): void;
  /** The room that people were reached in is left, for another or for none. */
  roomLeft(): void;
  /** Has the page leave the room, for at most two seconds: the app ends. */
  sayGoodbye(): Promise<void>;
  close(): void;
}

/** As many as the screen shows at a time. */
const unreadKept = 4;

export function createPageDesk(options: DeskOptions): PageDesk {
  const { host, settings, room, engine, outbox } = options;
  const goodbye = createGoodbye();
  let attached: PageConnection | null = null;
  /** Said while no page was there: the next one says it. */
  const unread: Reason[] = [];
  /** Who has been reached in this room, by session. */
  const people = new Map<string, Person>();

  async function attach(page: PageConnection, takeOver: boolean): Promise<CallOutput<'attach'>> {
    for (let other = attached; other && other !== page; other = attached) {
      if (!takeOver && (await other.alive())) throw new ReasonError('room-open-elsewhere');
      // A third page may have taken its place meanwhile.
      if (attached !== other) continue;
      other.emit('detached', {});
      detach(other);
      other.close();
    }
    attached = page;
    await options.onAttach();
    // Behind the answer, which it is shown upon.
    setImmediate(() => {
      for (const reason of attached === page ? unread.splice(0) : []) emit('notice', { reason });
    });
    return {
      version: options.version,
      key: options.identity.key,
      host: { kind: host.kind, dialogs: host.dialogs, showInFolder: host.showInFolder },
      settings: options.settingsView(),
      room: room.current,
      guard: room.guard,
      standing: [...options.standing()],
      transfers: engine.list(),
      known: [...options.known.list],
    };
  }

  function detach(page: PageConnection): void {
    if (attached !== page) return;
    attached = null;
    goodbye.heard();
    for (const person of [...people.values()]) forgetPerson(person);
    options.onNetwork(null);
  }

  function forgetPerson(person: Person): void {
    people.delete(person.session);
    outbox.personLeft(person);
  }

  /** What the page says now of somebody who has been reached. */
  function follow(person: Person, member: MemberView | undefined): void {
    if (!member || member.state === 'closed') {
      const why = member?.reason?.code;
      if (isParting(why)) engine.parted(person.key, why);
      forgetPerson(person);
    } else if (member.key === person.key && member.name !== person.name) {
      const renamed = { ...person, name: member.name };
      people.set(person.session, renamed);
      engine.renamed(person.key, member.name);
      outbox.personArrived(renamed);
    }
  }

  function reached(session: string): Person {
    const person = people.get(session);
    if (!person) throw new ReasonError('nobody-here');
    return person;
  }

  async function applySettings(change: StoredSettings): Promise<SettingsView> {
    for (const url of change.brokers ?? []) {
      if (!parseBrokerUrl(url)) throw new ReasonError('setting-invalid', { setting: 'brokers', value: url });
    }
    const iceServers = change.iceServers?.map((server) => {
      const read = readIceServer(server);
      if (!read) throw new ReasonError('setting-invalid', { setting: 'iceServers', value: server.urls });
      return read;
    });
    const { downloads } = change;
    if (downloads !== undefined && !(isAbsolute(downloads) && (await isUsableFolder(downloads)))) {
      throw new ReasonError('setting-invalid', { setting: 'downloads', value: downloads });
    }
    await settings.update(iceServers ? { ...change, iceServers } : change);
    emit('settings', { settings: options.settingsView() });
    return options.settingsView();
  }

  async function changeKnown(change: Promise<void>): Promise<CallOutput<'personKnow'>> {
    await change;
    emit('known', { people: [...options.known.list] });
    return {};
  }

  const handlers: Omit<CallHandlers, 'attach'> = {
    roomCreate: () => room.create(),
    roomJoin: ({ code }) => room.join(code),
    roomLeave() {
      room.leave();
      return {};
    },
    codeCreate: () => ({ code: newRoomCode() }),
    roomMove: ({ code }) => room.move(code),
    guardReport({ topic, guard }) {
      room.keepGuard(topic, guard);
      return {};
    },
    networkReport(network) {
      const members = new Map(network.members.map((member) => [member.session, member]));
      for (const person of [...people.values()]) follow(person, members.get(person.session));
      options.onNetwork(network);
      return {};
    },
    ended() {
      goodbye.heard();
      return {};
    },
    linkSign: (transcript) => ({ key: options.identity.key, signature: options.identity.signLink(transcript) }),
    async filesPick({ kind }) {
      const paths = await host.pickPaths(kind);
      return paths.length > 0 ? outbox.addPaths(paths) : null;
    },
    filesFromPage: ({ entries }) => outbox.addPageFiles(entries),
    offer: ({ source, sessions }) => ({
      transfers: outbox.offer(source, sessions.length > 0 ? sessions.map(reached) : null),
    }),
    withdraw({ source }) {
      options.withdraw(source);
      return {};
    },
    async transferAnswer({ id, accept }) {
      await engine.answer(id, accept);
      return {};
    },
    transferContents: ({ id, folder, after }) => engine.contents(id, folder, after),
    transferPause({ id }) {
      engine.pause(id);
      return {};
    },
    transferResume({ id }) {
      engine.resume(id);
      return {};
    },
    transferCancel({ id }) {
      engine.cancel(id);
      return {};
    },
    transferShow({ id }) {
      const path = engine.location(id);
      if (path) host.revealPath(path);
      return {};
    },
    transferForget({ id }) {
      engine.forget(id);
      return {};
    },
    personWords: async ({ key }) => ({ words: await options.words.of(key) }),
    personKnow: (person) => changeKnown(options.known.add(person)),
    personForget: ({ key }) => changeKnown(options.known.remove(key)),
    settingsUpdate: applySettings,
    async downloadsPick() {
      const picked = await host.pickFolder(settings.current.downloads);
      return picked ? applySettings({ downloads: picked }) : options.settingsView();
    },
  };

  function answer<N extends keyof typeof handlers>(name: N, input: unknown): Promise<unknown> | unknown {
    const schema: Calls[N]['input'] = calls[name].input;
    const parsed = v.safeParse(schema, input);
    if (!parsed.success)
      throw new ReasonError('request-invalid', { message: `${name}: ${v.summarize(parsed.issues)}` });
    return handlers[name](parsed.output);
  }

  function notice(reason: Reason): void {
    if (attached) emit('notice', { reason });
    else unread.splice(0, unread.length, ...unread.slice(1 - unreadKept), reason);
  }

  function emit<N extends EventName>(name: N, data: EventData<N>): void {
    attached?.emit(name, data);
  }

  function openPort(page: PageConnection, given: unknown, port: Port): void {
    const parsed = v.safeParse(portPurposeSchema, given);
    if (!parsed.success || attached !== page) {
      port.close();
      return;
    }
    const purpose = parsed.output;
    if (purpose.kind === 'source') {
      if (!outbox.attachPage(purpose.source, port)) port.close();
      return;
    }
    const person: Person = { key: purpose.key, session: purpose.session, name: purpose.name };
    people.set(person.session, person);
    engine.attach(person, createPortLane(goodbye.track(port), purpose.maxMessageBytes));
    outbox.personArrived(person);
  }

  return {
    connect: (page) => ({
      async call(name, input) {
        if (name === 'attach') {
          const parsed = v.safeParse(calls.attach.input, input);
          return attach(page, parsed.success && parsed.output.takeOver);
        }
        if (!isCall(name)) throw new ReasonError('request-invalid', { message: `no call "${name}"` });
        if (attached !== page) throw new ReasonError('room-open-elsewhere');
        return answer(name, input);
      },
      port: (purpose, port) => openPort(page, purpose, port),
      async sourceFromPaths(paths) {
        if (attached !== page) throw new ReasonError('room-open-elsewhere');
        return outbox.addPaths(paths);
      },
      closed: () => detach(page),
    }),
    emit,
    notice,
    roomLeft() {
      for (const { key } of people.values()) engine.parted(key, 'left-room');
      people.clear();
    },
    async sayGoodbye() {
      if (attached) await goodbye.say(() => emit('ending', {}));
    },
    close() {
      const page = attached;
      if (!page) return;
      detach(page);
      page.close();
    },
  };

  function isCall(name: string): name is keyof typeof handlers {
    return Object.hasOwn(handlers, name);
  }
}
