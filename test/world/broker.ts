import type { CarrierOptions, CarrierPlan } from '../../src/connect/carrier.ts';
import type { BrokerView } from '../../src/shared/views.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** What a broker, and the network, see of a computer. */
export interface Computer {
  readonly isOn: boolean;
  /** Asleep, or off the network: what goes there waits, as in TCP. */
  readonly isAway: boolean;
}

/** An MQTT broker as the carrier's interface shows it: everybody hears everything of the topic, a while later. */
export interface WorldBroker {
  readonly id: string;
  /** How often something was published, wills included. */
  readonly published: number;
  /** Told of each message: its length, which is one of a few, is all that a broker sees. */
  onPublished: (bytes: number) => void;
  /** The way to this broker from one computer. */
  from(computer: Computer): CarrierPlan;
  /** Loses everybody's connection, and takes none before `comeUp`. */
  goDown(): void;
  comeUp(): void;
}

interface Client {
  readonly options: CarrierOptions;
  readonly computer: Computer;
  /** Null while it is not connected. */
  will: Uint8Array<ArrayBuffer> | null;
  view: BrokerView;
  closed: boolean;
}

type Payload = Uint8Array<ArrayBuffer>;

const lookMs = 5000;
/** One and a half times the keep-alive (MQTT 3.1.1, section 3.1.2.10), in looks. */
const looksUntilLost = 9;
const retryMs = 2000;

export function createWorldBroker(id: string, timeline: Timeline, chance: Chance): WorldBroker {
  const clients = new Set<Client>();
  let isUp = true;

  function publish(payload: Payload): void {
    broker.published++;
    broker.onPublished(payload.byteLength);
    for (const client of clients) timeline.after(10 + chance.below(20), () => deliver(client, payload));
  }

  function deliver(client: Client, payload: Payload): void {
    if (!client.will || !client.computer.isOn) return;
    if (client.computer.isAway) timeline.after(1000, () => deliver(client, payload));
    else client.options.onPayload(payload.slice());
  }

  function publishFrom(client: Client, payload: Payload): void {
    if (!client.will || !client.computer.isOn) return;
    if (client.computer.isAway) timeline.after(1000, () => publishFrom(client, payload));
    else publish(payload);
  }

  async function connect(client: Client): Promise<void> {
    if (client.closed || !client.computer.isOn) return;
    const will = await client.options.will();
    timeline.after(30 + chance.below(20), () => {
      if (client.closed || client.will || !client.computer.isOn) return;
      if (!isUp || client.computer.isAway) {
        timeline.after(retryMs, () => void connect(client));
        return;
      }
      clients.add(client);
      client.will = will;
      watch(client, 0);
      show(client, 'connected');
      client.options.onUp();
    });
  }

  /** Whoever is not heard of any more is lost: the others get its will, and it finds out by itself. */
  function watch(client: Client, silentLooks: number): void {
    timeline.after(lookMs, () => {
      if (!client.will) return;
      const isSilent = client.computer.isAway || !client.computer.isOn;
      if (isSilent && silentLooks + 1 >= looksUntilLost) lose(client, true);
      else watch(client, isSilent ? silentLooks + 1 : 0);
    });
  }

  function lose(client: Client, tellOthers: boolean): void {
    const { will, computer } = client;
    client.will = null;
    clients.delete(client);
    if (tellOthers && will) publish(will);
    if (!computer.isOn || client.closed) return;
    show(client, 'waiting');
    client.options.onDown();
    timeline.after(retryMs, () => void connect(client));
  }

  function show(client: Client, state: BrokerView['state']): void {
    client.view = { url: id, state, reason: null };
    client.options.onView();
  }

  const broker: WorldBroker & { published: number } = {
    id,
    published: 0,
    onPublished: () => undefined,
    from: (computer) => ({
      id,
      open(options) {
        const view: BrokerView = { url: id, state: 'connecting', reason: null };
        const client: Client = { options, computer, will: null, view, closed: false };
        void connect(client);
        return {
          get view() {
            return client.view;
          },
          publish: async (payload) => publishFrom(client, payload),
          async close() {
            client.closed = true;
            client.will = null;
            clients.delete(client);
          },
        };
      },
    }),
    goDown() {
      isUp = false;
      for (const client of [...clients]) lose(client, false);
    },
    comeUp() {
      isUp = true;
    },
  };
  return broker;
}
