import type { Source } from '../../src/main/files/source.ts';
import type { LaneTerms } from '../../src/main/lane/lane.ts';
import { mayDirect } from '../../src/main/person-settings.ts';
import type { Engine } from '../../src/main/transfer/engine.ts';
import { decodeIncomingRecord, encodeIncomingRecord } from '../../src/main/transfer/incoming-record-codec.ts';
import type { LaneView, NetworkView, Person } from '../../src/shared/views.ts';
import { type App, startApp } from './app.ts';
import type { WorldBroker } from './broker.ts';
import type { Chance } from './chance.ts';
import { makeIdentity, type Signatures } from './cryptography.ts';
import { createWorldDisk, type WorldDisk } from './disk.ts';
import type { DiskTrouble } from './faulty-disk.ts';
import type { Network, Place } from './network.ts';
import { openPage, type Page, type Stay } from './page.ts';
import { linkTermsOf, type WorldSettings } from './settings.ts';
import type { Timeline } from './timeline.ts';
import type { WorldUdx } from './udx.ts';
import type { Ether } from './webrtc.ts';

/** Somebody with a computer: the real room and the real engine, and no page between them. */
export interface WorldPerson {
  readonly key: string;
  readonly address: string;
  readonly disk: WorldDisk;
  name: string;
  /** Offers are accepted by themselves; else they wait for `answer`. */
  accepts: boolean;
  /** Null while the app does not run. */
  readonly engine: Engine | null;
  /** The page that is in the room; null while none is. */
  readonly stay: Stay | null;
  /** Sessions that are over, and since when. */
  readonly over: ReadonlyMap<string, number>;
  /** A page of theirs has gone without tidying up, as pages do that are loaded anew. */
  readonly wasDropped: boolean;
  readonly view: NetworkView;
  /** The way to each who is reached, as main shows it. */
  readonly lanes: readonly LaneView[];
  /** Whether their settings let there be direct lanes. */
  readonly mayDirect: boolean;
  /** How much is still to happen in the app and its page. */
  readonly timers: number;
  /** Everybody who was reached and is not known to be gone. */
  readonly linked: readonly Person[];
  /** What kinds of lanes the app has to the installation with this key. */
  lanesTo(key: string): readonly LaneTerms['kind'][];
  start(): void;
  join(): void;
  leave(): void;
  rename(name: string): void;
  offer(source: Source): void;
  /** One of the offers that wait, or all of them. */
  answer(accept: boolean, pick?: number): void;
  allowDirect(allowed: boolean): void;
  setTrouble(trouble: DiskTrouble | null): void;
  /** Another network, and another address. */
  move(place: Place): void;
  /** The page is loaded anew: its room ends without a word, and it joins again. */
  reload(): void;
  /** The app is gone from one moment to the next; what is on the disk stays. */
  crash(): void;
  /** Leaves, and closes the app; resolves with how much it has left behind. */
  close(): Promise<LeftBehind>;
}

/** What an app has not tidied up. */
export interface LeftBehind {
  readonly timers: number;
  readonly files: number;
  readonly parts: number;
}

export interface WorldPersonOptions {
  readonly name: string;
  readonly address: string;
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly ether: Ether;
  readonly network: Network;
  readonly udx: WorldUdx;
  readonly settings: WorldSettings;
  readonly caseless?: boolean;
  /** Whose offers are accepted by themselves. */
  trusts?(key: string): boolean;
  readonly signatures: Signatures;
  readonly topic: string;
  readonly brokers: readonly WorldBroker[];
  /** All that this person's app tells, as it is told. */
  log(what: string, told: unknown): void;
  /** A bound was not kept; what, in words. */
  onBroken?(what: string): void;
  /** The session is connected from now on, or is not any more. */
  onGained?(session: string): void;
  onLost?(session: string): void;
  onDirect?(what: 'up' | 'lost'): void;
  /** See `PageOptions`. */
  onStrand?(fingerprint: string): void;
}

const nothing: NetworkView = { brokers: [], members: [], trouble: null };

export function createWorldPerson(options: WorldPersonOptions): WorldPerson {
  const { timeline, chance, address, network } = options;
  const identity = makeIdentity(chance);
  const { key } = identity;
  let { settings } = options;
  const disk = createWorldDisk({ caseless: options.caseless ?? false });
  const over = new Map<string, number>();
  let wasDropped = false;
  /** What a crash leaves of the incoming transfers. */
  let journal: string[] = [];
  let trouble: DiskTrouble | null = null;
  let app: App | null = null;
  let page: Page | null = null;
  let view = nothing;

  function parted(): Page | null {
    const left = page;
    if (left?.session) over.set(left.session, timeline.now());
    page = null;
    view = nothing;
    return left;
  }

  /** The page goes without a word. */
  function dropPage(): void {
    const left = parted();
    wasDropped ||= left !== null;
    left?.power.cut();
    left?.reporter.gone();
  }

  const person: WorldPerson = {
    key,
    address,
    disk,
    name: options.name,
    accepts: true,
    over,
    get wasDropped() {
      return wasDropped;
    },
    get engine() {
      return app?.engine ?? null;
    },
    get stay() {
      return page;
    },
    get view() {
      return view;
    },
    get mayDirect() {
      return mayDirect(settings);
    },
    get lanes() {
      return app?.lanes ?? [];
    },
    get timers() {
      return (app?.power.waiting ?? 0) + (page?.power.waiting ?? 0);
    },
    get linked() {
      return app?.people.here ?? [];
    },
    lanesTo: (key) => app?.people.lanesTo(key) ?? [],
    start() {
      if (app) return;
      app = startApp({
        ...options,
        disk,
        identity,
        mayDirect: () => mayDirect(settings),
        shouldAccept: (key) => person.accepts && options.trusts?.(key) !== false,
      });
      app.faults.setTrouble(trouble);
      for (const text of journal.splice(0)) app.engine.restore(decodeIncomingRecord(text));
    },
    join() {
      if (!app || page) return;
      page = openPage({
        ...options,
        identity,
        settings: () => settings,
        name: person.name,
        chance: chance.fork(),
        reporter: app.people.reporter(),
        onNetwork(next) {
          const [before, after] = [connectedIn(view), connectedIn(next)];
          for (const session of before) if (!after.includes(session)) options.onLost?.(session);
          for (const session of after) if (!before.includes(session)) options.onGained?.(session);
          view = next;
        },
      });
    },
    leave() {
      const left = parted();
      if (!left) return;
      app?.people.roomLeft();
      app?.directLanes.leave();
      void left.room.leave().then(() => left.power.cut());
    },
    rename(name) {
      person.name = name;
      page?.room.rename(name);
    },
    offer(source) {
      for (const to of person.linked) app?.engine.offer(source, to);
    },
    answer(accept, pick) {
      const open = app?.engine.list().filter(({ direction, state }) => direction === 'in' && state === 'offered') ?? [];
      const picked = pick === undefined ? open : open.filter((_, index) => index === pick % open.length);
      // What the disk says of the folder: the offer stands.
      for (const { id } of picked) app?.engine.answer(id, accept).catch(() => undefined);
    },
    allowDirect(direct) {
      settings = { ...settings, direct };
      app?.settingsChanged();
      page?.room.setLinkTerms(linkTermsOf(settings));
    },
    setTrouble(given) {
      trouble = given;
      app?.faults.setTrouble(given);
    },
    move(place) {
      network.move(address, place);
      if (page) for (const broker of options.brokers) broker.moved(page.computer);
    },
    reload() {
      if (!page) return;
      dropPage();
      person.join();
    },
    crash() {
      dropPage();
      // Who is off already has written it.
      if (!app) return;
      const { engine, power } = app;
      const records = engine.list().map(({ id }) => engine.record(id));
      journal = records.flatMap((record) => (record ? [encodeIncomingRecord(record)] : []));
      power.cut();
      app = null;
      disk.losePower();
    },
    async close() {
      const closing = app;
      const leaving = parted();
      app = null;
      await closing?.engine.close();
      await closing?.directLanes.close();
      const ofApp = closing?.power.waiting ?? 0;
      await leaving?.room.leave();
      const timers = ofApp + (leaving?.power.waiting ?? 0);
      closing?.power.cut();
      leaving?.power.cut();
      const parts = disk.files.filter((path) => path.endsWith('.roomdrop-part')).length;
      return { timers, files: closing?.disk.openHandles ?? 0, parts };
    },
  };
  person.start();
  return person;
}

function connectedIn({ members }: NetworkView): string[] {
  return members.filter(({ state }) => state === 'connected').map(({ session }) => session);
}
