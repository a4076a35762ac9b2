import type { CarrierOptions, CarrierPlan } from '../../src/connect/carrier.ts';
import { payloadSizes } from '../../src/connect/sealing.ts';
import type { BrokerView } from '../../src/shared/views.ts';
import type { Chance } from './chance.ts';
import { createHearsay, type Hearsay } from './hearsay.ts';
import type { Timeline } from './timeline.ts';

/** What a broker, and the network, see of a computer. */
export interface Computer {
  readonly isOn: boolean;
  /** Asleep, or off the network: what goes there waits, as in TCP. */
  readonly isAway: boolean;
  /** How often its address has changed: connections of before are dead, and nobody is told. */
  readonly moves: number;
}

/**
 * How a broker does its work. `silent` acknowledges nothing, `stuck` begins a packet and never ends it, `lossy` loses,
 * doubles and delays, `repeating` says what was said once more, also to those who came later, `without-wills` tells nobody
 * who is lost, and `lying` gives wills of people who are here, also those of other brokers.
 */
export const moods = ['honest', 'silent', 'stuck', 'lossy', 'repeating', 'without-wills', 'lying'] as const;
export type Mood = (typeof moods)[number];

/** An MQTT broker as the carrier's interface shows it: everybody hears everything of the topic, a while later. */
export interface WorldBroker {
  readonly id: string;
  /** How often something was published, wills included. */
  readonly published: number;
  /** How often somebody's connection came to stand. */
  readonly connected: number;
  /** How many wills were given, also of people who are here. */
  readonly given: number;
  /** What was published last. */
  readonly heard: readonly Payload[];
  /** Told of each message. */
  onPublished: (payload: Payload) => void;
  /** Since when this computer has been connected, to a broker that does its work; null when it is not. */
  servesSinceMs(computer: Computer): number | null;
  /** What this computer was told here of who is gone; null when it does not use this broker. */
  hearsayOf(computer: Computer): Hearsay | null;
  /** Of computers that run. */
  readonly clients: number;
  /** The wills of all who are connected. */
  readonly wills: readonly Payload[];
  /** The way to this broker from one computer. */
  from(computer: Computer): CarrierPlan;
  /** Loses everybody's connection, and takes none before `comeUp`. */
  goDown(): void;
  comeUp(): void;
  setMood(mood: Mood): void;
  /** This computer has another address: its side dials anew at once, and the broker's finds out later. */
  moved(computer: Computer): void;
  /** As if the broker had been given it: for others that lie, and for who has the code. */
  publish(payload: Payload): void;
}

interface Client {
  readonly options: CarrierOptions;
  readonly computer: Computer;
  readonly hearsay: Hearsay;
  connection: Connection | null;
  view: BrokerView;
  closed: boolean;
}

interface Connection {
  readonly will: Payload;
  readonly moves: number;
  readonly sinceMs: number;
  /** Publishes that wait for their acknowledgement. */
  readonly unsettled: Set<() => void>;
}

export type Payload = Uint8Array<ArrayBuffer>;

const lookMs = 5000;
/** One and a half times the keep-alive (MQTT 3.1.1, section 3.1.2.10). */
const lostMs = 45_000;
const retryMs = 2000;
/** What goes to a computer that is away, or comes from it, is said again by TCP. */
const tryAgainMs = 1000;
const remembered = 100;
const toldAgain = 10;

export interface BrokerOptions {
  /** Of all brokers of the world: one that lies knows what others were told. */
  others(): readonly WorldBroker[];
  onBroken(what: string): void;
}

export function createWorldBroker(
  id: string,
  timeline: Timeline,
  chance: Chance,
  options: BrokerOptions = { others: () => [], onBroken: () => undefined },
): WorldBroker {
  const all = new Map<Computer, Client>();
  const heard: Payload[] = [];
  let isUp = true;
  let mood: Mood = 'honest';
  let moodMs = 0;

  const connectedClients = (): Client[] => [...all.values()].filter(({ connection }) => connection !== null);

  function publish(payload: Payload): void {
    broker.published++;
    broker.onPublished(payload);
    if (!payloadSizes.includes(payload.byteLength)) options.onBroken(`${id} is given ${payload.byteLength} bytes`);
    heard.push(payload);
    if (heard.length > remembered) heard.shift();
    for (const client of connectedClients()) hand(client, payload);
  }

  function hand(client: Client, payload: Payload): void {
    const { connection } = client;
    if (!connection || mood === 'stuck') return;
    for (const ms of deliveries(mood, chance)) timeline.after(ms, () => deliver(client, connection, payload));
  }

  function deliver(client: Client, connection: Connection, payload: Payload): void {
    if (client.connection !== connection || !client.computer.isOn || connection.moves !== client.computer.moves) return;
    if (client.computer.isAway) timeline.after(tryAgainMs, () => deliver(client, connection, payload));
    else {
      client.hearsay.hear(payload);
      client.options.onPayload(payload);
    }
  }

  function publishFrom(client: Client, connection: Connection, payload: Payload): void {
    if (client.connection !== connection || !client.computer.isOn) return;
    if (client.computer.isAway) timeline.after(tryAgainMs, () => publishFrom(client, connection, payload));
    else publish(payload);
  }

  async function connect(client: Client): Promise<void> {
    if (client.closed || !client.computer.isOn) return;
    const will = await client.options.will();
    timeline.after(30 + chance.below(20), () => {
      if (client.closed || client.connection || !client.computer.isOn) return;
      if (!isUp || client.computer.isAway || mood === 'stuck') {
        timeline.after(retryMs, () => void connect(client));
        return;
      }
      client.connection = { will, moves: client.computer.moves, sinceMs: timeline.now(), unsettled: new Set() };
      broker.connected++;
      client.hearsay.connect();
      watch(client, client.connection, 0);
      show(client, viewOf(id, 'connected'));
      client.options.onUp();
      if (mood === 'repeating') tellAgain();
    });
  }

  /** Whoever is not heard of any more is lost: the others get its will, and it finds out by itself. */
  function watch(client: Client, connection: Connection, silentMs: number): void {
    timeline.after(lookMs, () => {
      if (client.connection !== connection) return;
      const { isAway, isOn } = client.computer;
      const isSilent = isAway || !isOn || mood === 'stuck';
      if (isSilent && silentMs + lookMs >= lostMs) lose(client, mood !== 'stuck');
      else watch(client, connection, isSilent ? silentMs + lookMs : 0);
    });
  }

  function lose(client: Client, tellOthers: boolean): void {
    const { connection, computer } = client;
    if (!connection) return;
    client.connection = null;
    client.hearsay.lose();
    for (const settle of connection.unsettled) settle();
    if (tellOthers) giveWill(connection);
    if (!computer.isOn) all.delete(computer);
    if (!computer.isOn || client.closed) return;
    show(client, viewOf(id, 'waiting'));
    client.options.onDown();
    timeline.after(retryMs, () => void connect(client));
  }

  function giveWill({ will }: Connection): void {
    if (!isUp || mood === 'without-wills') return;
    broker.given++;
    publish(will);
  }

  /** What was said earlier, to whoever is here now. */
  function tellAgain(): void {
    if (mood !== 'repeating') return;
    const again = Array.from({ length: toldAgain }, () => heard[chance.below(heard.length)]);
    for (const client of connectedClients()) for (const payload of again) if (payload) hand(client, payload);
  }

  function lie(): void {
    const wills = [broker, ...options.others()].flatMap((other) => other.wills);
    broker.given += wills.length;
    for (const client of connectedClients()) for (const will of wills) hand(client, will);
  }

  function open(computer: Computer, given: CarrierOptions): ReturnType<CarrierPlan['open']> {
    const view = viewOf(id, 'connecting');
    const hearsay = createHearsay(id, timeline.now);
    const client: Client = { options: given, computer, hearsay, connection: null, view, closed: false };
    all.set(computer, client);
    void connect(client);
    return {
      get view() {
        return client.view;
      },
      publish(payload) {
        const { connection } = client;
        if (!connection) return Promise.resolve();
        publishFrom(client, connection, payload);
        if (mood !== 'silent') return Promise.resolve();
        return new Promise((settle) => connection.unsettled.add(settle));
      },
      async close() {
        const { connection } = client;
        client.closed = true;
        client.connection = null;
        all.delete(computer);
        if (!connection) return;
        for (const settle of connection.unsettled) settle();
        // A goodbye that does not arrive is none.
        if (computer.isAway) timeline.after(lostMs, () => giveWill(connection));
      },
    };
  }

  const broker: WorldBroker & { published: number; connected: number; given: number } = {
    id,
    published: 0,
    connected: 0,
    given: 0,
    heard,
    onPublished: () => undefined,
    servesSinceMs(computer) {
      const connection = all.get(computer)?.connection;
      if (!connection || connection.moves !== computer.moves || mood !== 'honest') return null;
      return Math.max(moodMs, connection.sinceMs);
    },
    hearsayOf: (computer) => all.get(computer)?.hearsay ?? null,
    get clients() {
      return [...all.keys()].filter(({ isOn }) => isOn).length;
    },
    get wills() {
      return connectedClients().flatMap(({ connection }) => (connection ? [connection.will] : []));
    },
    from: (computer) => ({ id, open: (given) => open(computer, given) }),
    goDown() {
      isUp = false;
      for (const client of connectedClients()) lose(client, false);
    },
    comeUp() {
      isUp = true;
    },
    setMood(given) {
      if (given === mood) return;
      // What it lost is lost: it is mended by being started anew.
      if (mood === 'stuck' || mood === 'lossy') for (const client of connectedClients()) lose(client, false);
      mood = given;
      moodMs = timeline.now();
      if (mood === 'lying') lie();
      if (mood === 'repeating') for (const delayMs of [0, 10_000, 20_000]) timeline.after(delayMs, tellAgain);
    },
    moved(computer) {
      const client = all.get(computer);
      const connection = client?.connection;
      if (!client || !connection) return;
      lose(client, false);
      timeline.after(lostMs, () => giveWill(connection));
    },
    publish,
  };
  return broker;
}

/** After how long a message is handed over, once or more often, if it is at all. */
function deliveries(mood: Mood, chance: Chance): number[] {
  const isLossy = mood === 'lossy';
  const copies = isLossy ? chance.below(8) % 3 : 1;
  return Array.from({ length: copies }, () => 10 + chance.below(isLossy ? 3000 : 20));
}

function show(client: Client, view: BrokerView): void {
  client.view = view;
  client.options.onView();
}

function viewOf(url: string, state: BrokerView['state']): BrokerView {
  return { url, state, reason: null };
}
