// biome-ignore lint/style/noRestrictedImports: this is the file that knows mqtt.js, which dials sockets and reads its own clock.
import mqtt from 'mqtt';
import { limits } from '../../shared/protocol/limits.ts';
import type { Reason, ReasonCode } from '../../shared/reasons.ts';
import type { Clock } from '../clock.ts';
import { createDeadline } from '../deadline.ts';
import type { Timings } from '../timings.ts';
import { keepaliveTimer } from './keepalive-timer.ts';
import { createPacketGuard } from './packet-guard.ts';

/** One connection to a broker, subscribed to one topic. It ends, and another one is made. */
export interface Client {
  /** Sends at QoS 1; settles when the broker has it or the connection is gone. */
  publish(payload: Uint8Array<ArrayBuffer>): Promise<void>;
  /**
   * Says DISCONNECT, so that no will is published, and ends the connection; resolves when the broker has ended it too, or
   * after `goodbyeMs`. `onEnd` is not called.
   */
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly url: string;
  readonly topic: string;
  readonly clientId: string;
  readonly will: Uint8Array<ArrayBuffer>;
  readonly clock: Clock;
  readonly timings: Timings;
  onPayload(payload: Uint8Array): void;
  /** Subscribed: messages go and come. */
  onUp(): void;
  /** Once, and nothing after it. */
  onEnd(reason: Reason): void;
}

/** Throws what the platform refuses to dial. */
export function connectClient(options: ClientOptions): Client {
  const { url, topic, clock, timings } = options;
  let code: ReasonCode = 'broker-unreachable';
  let over = false;

  const client = mqtt.connect(url, {
    protocolVersion: 4,
    clean: true,
    clientId: options.clientId,
    keepalive: timings.brokerKeepaliveMs / 1000,
    connectTimeout: timings.brokerConnectMs,
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: keepaliveTimer(clock),
    // mqtt.js takes the address apart and puts it together again without the brackets of an IPv6 literal.
    transformWsUrl: () => url,
    will: { topic, payload: asBuffer(options.will), qos: 1, retain: false },
  });

  const guard = createPacketGuard(limits.brokerPacketBytes);
  client.stream.on('data', (bytes: Uint8Array) => {
    if (guard.admit(bytes)) return;
    code = 'broker-misbehaves';
    client.end(true);
  });
  client.on('connect', () => {
    client
      .subscribeAsync(topic, { qos: 1 })
      .then((grants) => {
        if (grants.some((grant) => grant.qos > 2)) throw new Error('subscription refused');
        if (!over) options.onUp();
      })
      .catch(() => {
        if (!over && client.connected) code = 'broker-refused';
        client.end(true);
      });
  });
  client.on('message', (_topic, payload) => {
    if (!over) options.onPayload(payload);
  });
  client.on('error', (error) => {
    // CONNACK with a code: the broker was reached and said no. Anything else ends the connection by itself.
    if ('code' in error && typeof error.code === 'number') code = 'broker-refused';
    client.end(true);
  });
  client.on('close', () => {
    if (over) return;
    over = true;
    // A late error of an abandoned connection has no one else to hear it.
    client.end(true);
    options.onEnd({ code, detail: { url } });
  });

  return {
    async publish(payload) {
      // It rejects when the connection goes away; whoever needs an answer repeats its message.
      await client.publishAsync(topic, asBuffer(payload), { qos: 1, retain: false }).catch(() => undefined);
    },
    async close() {
      over = true;
      // mqtt.js would wait for every acknowledgement that is due before it says DISCONNECT, for ever if need be.
      for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id));
      const late = createDeadline(clock, timings.goodbyeMs);
      // Orderly only where there is a connection to end in order: mqtt.js would wait for one that is not there yet.
      await late.wait(client.endAsync(!client.connected));
      late.stop();
      // It waits without limit for the far side to end the connection.
      client.stream.destroy();
    },
  };
}

// biome-ignore lint/style/noRestrictedGlobals: mqtt.js takes nothing else; the page has it from process-shim.ts.
const asBuffer = (bytes: Uint8Array<ArrayBuffer>) => Buffer.from(bytes.buffer);
