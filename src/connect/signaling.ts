import { limits } from '../shared/protocol/limits.ts';
import { decodeSignal, type Signal, type SignalBody, signalVersion } from '../shared/protocol/signal.ts';
import type { BrokerView } from '../shared/views.ts';
import { jittered, repeatDelays } from './backoff.ts';
import { createBoundedSet, createRateLimit } from './bounded.ts';
import type { Carrier, CarrierOptions, CarrierPlan } from './carrier.ts';
import type { Clock } from './clock.ts';
import type { Counters } from './counters.ts';
import { payloadSizes, type Sealing } from './sealing.ts';
import type { Timings } from './timings.ts';

/** Sealed messages over several carriers at once: each counts once, and one without an answer is sent again. */
export interface Signaling {
  readonly views: readonly BrokerView[];
  /** Sends once; to one carrier, or to all that are up. Resolves when they have it, or are gone; never rejects. */
  tell(body: SignalBody, options?: { id?: string; carrier?: string }): Promise<void>;
  /** Sends again and again, also to carriers that come up meanwhile, until the returned function is called. */
  post(body: SignalBody): () => void;
  close(): Promise<void>;
}

export interface SignalingOptions {
  readonly topic: string;
  readonly carriers: readonly CarrierPlan[];
  readonly sealing: Sealing;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly counters: Counters;
  readonly random: () => number;
  readonly randomId: () => string;
  /**
   * A message for us or for all, from another session; `carrier` is the id of the one it came by. False leaves its id
   * unused: when it is sent again, it may count.
   */
  onSignal(session: string, signal: Signal, carrier: string): boolean;
  /** Somebody speaks another version; `to` is whom they said it to. */
  onVersionUnknown(session: string, to: string | null): void;
  onUp(carrier: string): void;
  onDown(carrier: string): void;
  /** A carrier has told all that this side is gone from it: it had another connection there, or the carrier lies. */
  onGivenUp(): void;
  onView(): void;
}

interface Posted {
  readonly body: SignalBody;
  readonly id: string;
  stop(): void;
}

export function createSignaling(options: SignalingOptions): Signaling {
  const { sealing, clock, timings, counters, random, randomId } = options;
  const seen = createBoundedSet(limits.seenMessageIds);
  const outstanding = new Set<Posted>();
  let sealed: Promise<unknown> = Promise.resolve();
  let closed = false;

  const carriers = new Map<string, Carrier>();
  for (const plan of options.carriers) {
    if (!carriers.has(plan.id)) carriers.set(plan.id, plan.open(partOf(plan.id)));
  }

  /** What one carrier is given. */
  function partOf(carrier: string): CarrierOptions {
    const admit = createRateLimit(limits.signalsPerTenSeconds, 10_000, clock);
    // Opened one after the other, so that messages of one carrier keep their order.
    let opened: Promise<unknown> = Promise.resolve();
    return {
      topic: options.topic,
      clock,
      timings,
      random,
      randomId,
      will: () => sealing.seal(encode({ type: 'gone', at: carrier }, randomId())),
      onPayload(payload) {
        if (payload.length > limits.signalBytes) return counters.count('signalTooLarge');
        // Rubbish of another size must not use up what may come in a while.
        if (!payloadSizes.includes(payload.length)) return counters.count('signalNotOpened');
        if (!admit()) return counters.count('signalTooFrequent');
        // One that throws is lost; what comes behind it is still heard.
        opened = opened.then(() => receive(payload, carrier)).catch(counters.fail);
      },
      onUp() {
        for (const { body, id } of outstanding) void tell(body, { id, carrier });
        options.onUp(carrier);
      },
      onDown: () => options.onDown(carrier),
      onView: options.onView,
    };
  }

  async function receive(payload: Uint8Array, carrier: string): Promise<void> {
    const opened = await sealing.open(payload);
    if (closed) return;
    if (opened === 'not-opened') return counters.count('signalNotOpened');
    if (opened === 'not-verified') return counters.count('signalNotVerified');
    const { session, json } = opened;
    // Carriers send our own messages back to us.
    if (session === sealing.session) {
      if (isWill(json, carrier)) options.onGivenUp();
      return;
    }
    counters.count('received');
    const decoded = decodeSignal(json);
    if (decoded.kind === 'malformed') return counters.count('signalMalformed');
    if (decoded.kind === 'version-unknown') {
      counters.count('signalVersionUnknown');
      return options.onVersionUnknown(session, decoded.to);
    }
    const { signal, droppedCandidates } = decoded;
    if ('to' in signal && signal.to !== sealing.session) return;
    if (signal.type === 'gone' && signal.at !== carrier) return counters.count('signalMisplaced');
    // Ids are their sender's: nobody uses up another's.
    const key = session + signal.id;
    if (seen.has(key)) return counters.count('signalDuplicate');
    counters.count('candidateMalformed', droppedCandidates);
    if (options.onSignal(session, signal, carrier)) seen.add(key);
  }

  /** Seals one after the other, so that messages leave in the order in which they were told. */
  function tell(body: SignalBody, { id = randomId(), carrier }: { id?: string; carrier?: string } = {}): Promise<void> {
    const payload = sealed.then(() => sealing.seal(encode(body, id)));
    sealed = payload.catch(() => undefined);
    return payload
      .then(async (bytes) => {
        const targets = [...carriers]
          .filter(([each]) => carrier === undefined || each === carrier)
          .map(([, one]) => one);
        counters.count('published', targets.filter((target) => target.view.state === 'connected').length);
        await Promise.all(targets.map((target) => target.publish(bytes)));
      })
      .catch(counters.fail);
  }

  function post(body: SignalBody): () => void {
    const id = randomId();
    const delays = repeatDelays(timings.repeatsMs, timings.repeatMostMs);
    let stopTimer = (): void => undefined;
    const again = (): void => {
      stopTimer = clock.after(jittered(delays.next().value, random), () => {
        void tell(body, { id });
        again();
      });
    };
    const posted: Posted = { body, id, stop: () => stopTimer() };
    outstanding.add(posted);
    void tell(body, { id });
    again();
    return () => {
      posted.stop();
      outstanding.delete(posted);
    };
  }

  return {
    get views() {
      return [...carriers.values()].map(({ view }) => view);
    },
    tell,
    post,
    async close() {
      closed = true;
      for (const posted of outstanding) posted.stop();
      outstanding.clear();
      await Promise.all([...carriers.values()].map((carrier) => carrier.close()));
    },
  };
}

/** What this side has left with the carrier, in case it is lost. */
function isWill(json: string, carrier: string): boolean {
  const decoded = decodeSignal(json);
  return decoded.kind === 'signal' && decoded.signal.type === 'gone' && decoded.signal.at === carrier;
}

function encode(body: SignalBody, id: string): string {
  return JSON.stringify({ v: signalVersion, id, ...body });
}
