import { limits } from '../../shared/protocol/limits.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { BrokerView } from '../../shared/views.ts';
import { createBackoff } from '../backoff.ts';
import type { Carrier, CarrierOptions, CarrierPlan } from '../carrier.ts';
import { type Client, connectClient } from './client.ts';

/** One MQTT broker: connected again and again, with a fresh client and client id each time. */
export function brokerAt(url: string): CarrierPlan {
  return {
    // What a `gone` has room for.
    id: url.slice(0, limits.urlCharacters),
    open: (options) => openBroker(url, options, connectClient),
  };
}

export function openBroker(url: string, options: CarrierOptions, connect: typeof connectClient): Carrier {
  const { topic, clock, timings } = options;
  const backoff = createBackoff(timings.brokerBackoffMs.first, timings.brokerBackoffMs.most, options.random);
  let client: Client | null = null;
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
    connectOnce().catch(() => wait({ code: 'broker-unreachable', detail: { url } }));
  }

  async function connectOnce(): Promise<void> {
    const will = await options.will();
    if (closed) return;
    client = connect({
      url,
      topic,
      clock,
      timings,
      will,
      clientId: clientIdOf(options.randomId()),
      onPayload: options.onPayload,
      onUp() {
        up = true;
        // A broker that grants everything and hangs up is not to be dialled again and again without a pause.
        stopWaiting = clock.after(timings.brokerSteadyMs, () => backoff.reset());
        show('connected', null);
        options.onUp();
      },
      onEnd(reason) {
        client = null;
        stopWaiting();
        if (up) {
          up = false;
          options.onDown();
        }
        wait(reason);
      },
    });
  }

  const refusal = refusedUrl(url);
  if (refusal) view = { url, state: 'waiting', reason: refusal };
  else dial();

  return {
    get view() {
      return view;
    },
    async publish(payload) {
      if (up) await client?.publish(payload);
    },
    async close() {
      closed = true;
      stopWaiting();
      const last = client;
      client = null;
      up = false;
      await last?.close();
    },
  };
}

/** At most 23 letters and digits are taken by every server (MQTT 3.1.1, section 3.1.3.1). */
function clientIdOf(randomId: string): string {
  return `rd${randomId.replace(/[^A-Za-z0-9]/g, '0').slice(0, 20)}`;
}

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
