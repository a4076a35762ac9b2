/** What was refused, dropped or sent, and how often: for diagnosis. */
const zero = {
  // from carriers
  received: 0,
  signalTooLarge: 0,
  signalTooFrequent: 0,
  signalNotOpened: 0,
  signalNotVerified: 0,
  signalMalformed: 0,
  signalVersionUnknown: 0,
  signalDuplicate: 0,
  /** The sender has not proven to be alive, or echoes no nonce of ours. */
  signalUnproven: 0,
  /** The sender has left, or is here under another session. */
  signalRetired: 0,
  /** A will that another carrier was given. */
  signalMisplaced: 0,
  /** About an attempt that is over, or from the wrong side. */
  signalStale: 0,
  challengeTooFrequent: 0,
  offerRefused: 0,
  offersTooFrequent: 0,
  /** Of another ICE session or attempt. */
  candidateStale: 0,
  /** None that the platform could be given. */
  candidateMalformed: 0,
  /** By the platform. */
  candidateRefused: 0,
  candidateOverflow: 0,
  // on links
  helloRefused: 0,
  linkMessageMalformed: 0,
  linkMessageTooLarge: 0,
  /** Of a type that is not known here: a later version's. */
  linkMessageUnknown: 0,
  /** Of one type, more often than anybody honest says it. */
  linkMessageTooFrequent: 0,
  renewTooFrequent: 0,
  /** More messages than anybody honest says. */
  linkFlooded: 0,
  // to carriers, each counted
  published: 0,
  /** Our own fault: handling or sending one message threw. The next is not affected. */
  failed: 0,
};

export type CounterName = keyof typeof zero;

export interface Counters {
  count(name: CounterName, by?: number): void;
  /** Counts as `failed`, and keeps what was thrown last. */
  fail(error: unknown): void;
  readonly lastFailure: string | null;
  snapshot(): Record<CounterName, number>;
}

export function createCounters(): Counters {
  const counts = { ...zero };
  let lastFailure: string | null = null;
  return {
    count(name, by = 1) {
      counts[name] += by;
    },
    fail(error) {
      counts.failed++;
      lastFailure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    },
    get lastFailure() {
      return lastFailure;
    },
    snapshot: () => ({ ...counts }),
  };
}
