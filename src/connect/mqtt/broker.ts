// biome-ignore lint/style/noRestrictedImports: this is the room of mqtt.js, which dials sockets and reads its own clock.
import mqtt, { type MqttClient } from 'mqtt';
import { limits } from '../../shared/protocol/limits.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { BrokerView } from '../../shared/views.ts';
import { createBackoff } from '../backoff.ts';
import type { Carrier, CarrierOptions, CarrierPlan } from '../carrier.ts';
import type { Clock } from '../clock.ts';
import { createDeadline } from '../deadline.ts';
import { createPacketGuard } from './packet-guard.ts';

/** One MQTT broker: connected again and again, with a fresh client and client id each time, subscribed to the topic. */
export function brokerAt(url: string): CarrierPlan {
  // What a `gone` has room for.
  return { id: url.slice(0, limits.urlCharacters), open: (options) => openBroker(url, options) };
}

function openBroker(url: string, options: CarrierOptions): Carrier {
  const { topic, clock, timings } = options;
  const backoff = createBackoff(timings.brokerBackoffMs.first, timings.brokerBackoffMs.most, options.random);
  let client: MqttClient | null = null;
  let up = false;
  let closed = false;
  let stopWaiting = (): void => undefined;
  let view: BrokerView = { url, state: 'connecting', reason: null };

  function show(state: BrokerView['state'], reason: Reason | null): void {
    view = { url, state, reason };
    options.onView();
  }

  function wait(reason: Reason): void {
    if (closed) return;
    show('waiting', reason);
    stopWaiting = clock.after(backoff.next(), () => {
      // The reason stays in sight until a connection stands.
      show('connecting', reason);
      dial();
    });
  }

  /** What the platform refuses to dial, for whatever reason, is a broker that cannot be reached. */
  function dial(): void {
    connect().catch(() => wait({ code: 'broker-unreachable', detail: { url } }));
  }

  async function connect(): Promise<void> {
    const will = await options.will();
    if (closed) return;
    let reason: Reason = { code: 'broker-unreachable', detail: { url } };
    const mine = mqtt.connect(url, {
      protocolVersion: 4,
      clean: true,
      clientId: `rd${options
        .randomId()
        .replace(/[^A-Za-z0-9]/g, '0')
        .slice(0, 20)}`,
      keepalive: timings.brokerKeepaliveMs / 1000,
      connectTimeout: timings.brokerConnectMs,
      reconnectPeriod: 0,
      resubscribe: false,
      timerVariant: keepaliveTimer(clock),
      // mqtt.js takes the address apart and puts it together again without the brackets of an IPv6 literal.
      transformWsUrl: () => url,
      will: { topic, payload: asBuffer(will), qos: 1, retain: false },
    });
    client = mine;
    const guard = createPacketGuard(limits.brokerPacketBytes);
    mine.stream.on('data', (bytes: Uint8Array) => {
      if (guard.admit(bytes)) return;
      reason = { code: 'broker-misbehaves', detail: { url } };
      mine.end(true);
    });
    mine.on('connect', () => {
      mine
        .subscribeAsync(topic, { qos: 1 })
        .then((grants) => {
          if (grants.some((grant) => grant.qos > 2)) throw new Error('subscription refused');
          if (client !== mine) return;
          up = true;
          // A broker that grants everything and hangs up is not to be dialled again and again without a pause.
          stopWaiting = clock.after(timings.brokerSteadyMs, () => backoff.reset());
          show('connected', null);
          options.onUp();
        })
        .catch(() => {
          if (client === mine && mine.connected) reason = { code: 'broker-refused', detail: { url } };
          mine.end(true);
        });
    });
    mine.on('message', (_topic, payload) => {
      if (client === mine) options.onPayload(payload);
    });
    mine.on('error', (error) => {
      // CONNACK with a code: the broker was reached and said no. Anything else ends the connection by itself.
      if ('code' in error && typeof error.code === 'number') reason = { code: 'broker-refused', detail: { url } };
      mine.end(true);
    });
    mine.on('close', () => {
      if (client !== mine) return;
      client = null;
      stopWaiting();
      // A late error of an abandoned connection has no one else to hear it.
      mine.end(true);
      if (up) {
        up = false;
        options.onDown();
      }
      wait(reason);
    });
  }

  const refusal = refusedUrl(url);
  if (refusal) show('waiting', refusal);
  else dial();

  return {
    get view() {
      return view;
    },
    async publish(payload) {
      const mine = client;
      if (!up || !mine) return;
      // It rejects when the connection goes away; whoever needs an answer repeats its message.
      await mine.publishAsync(topic, asBuffer(payload), { qos: 1, retain: false }).catch(() => undefined);
    },
    async close() {
      closed = true;
      stopWaiting();
      const mine = client;
      client = null;
      up = false;
      if (!mine) return;
      // mqtt.js would wait for every acknowledgement that is due before it says DISCONNECT, for ever if need be.
      for (const id of Object.keys(mine.outgoing)) mine.removeOutgoingMessage(Number(id));
      const late = createDeadline(clock, timings.goodbyeMs);
      // Orderly only where there is a connection to end in order: mqtt.js would wait for one that is not there yet.
      await late.wait(mine.endAsync(!mine.connected));
      late.stop();
      // It waits without limit for the far side to end the connection.
      mine.stream.destroy();
    },
  };
}

// biome-ignore lint/style/noRestrictedGlobals: mqtt.js takes nothing else; the page has it from process-shim.ts.
const asBuffer = (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(bytes.buffer);

function refusedUrl(url: string): Reason | null {
  const refused = (message: string): Reason => ({
    code: 'setting-invalid',
    detail: { setting: url, message },
  });
  let protocol: string;
  try {
    ({ protocol } = new URL(url));
  } catch {
    return refused('This is not an address; a broker is written like wss://broker.example:8884/mqtt.');
  }
  if (protocol === 'ws:' || protocol === 'wss:') return null;
  return refused('Brokers are reached over WebSocket: the address begins with wss:// or ws://.');
}

/** mqtt.js keeps its connection alive by an interval; the browser would slow its own down in a hidden tab. */
function keepaliveTimer(clock: Clock): {
  set(run: (...values: unknown[]) => void, everyMs?: number): number;
  clear(id: number): void;
} {
  const stops = new Map<number, () => void>();
  let lastId = 0;
  return {
    set(run, everyMs = 0) {
      const id = ++lastId;
      const again = (): void => {
        stops.set(
          id,
          clock.after(everyMs, () => {
            again();
            run();
          }),
        );
      };
      again();
      return id;
    },
    clear(id) {
      stops.get(id)?.();
      stops.delete(id);
    },
  };
}
