import { readSealed, saidIn } from './cryptography.ts';

/** What one computer has been told by one broker of who is gone. */
export interface Hearsay {
  hear(payload: Uint8Array): void;
  /** Its own connection stands. */
  connect(): void;
  /** Its own connection is lost. */
  lose(): void;
  /** When it heard that the session has left; Infinity if it has not. */
  farewellMs(session: string): number;
  /**
   * From when on it does not count the session, which was gone then, as on this broker: it got the will, or lost the broker
   * itself. Infinity if it has not.
   */
  uncountedMs(session: string, goneMs: number): number;
}

export function createHearsay(broker: string, now: () => number): Hearsay {
  let connectedMs: number | null = null;
  const lostMs: number[] = [];
  const farewells = new Map<string, number>();
  const wills = new Map<string, number[]>();

  return {
    hear(payload) {
      const sealed = readSealed(payload);
      if (!sealed) return;
      const { session } = sealed;
      const { type, at } = saidIn(sealed);
      if (type === 'bye' && !farewells.has(session)) farewells.set(session, now());
      if (type === 'gone' && at === broker) wills.set(session, [...(wills.get(session) ?? []), now()]);
    },
    connect() {
      connectedMs = now();
    },
    lose() {
      connectedMs = null;
      lostMs.push(now());
    },
    farewellMs: (session) => farewells.get(session) ?? Number.POSITIVE_INFINITY,
    uncountedMs(session, goneMs) {
      const times = [...lostMs, ...(wills.get(session) ?? [])].filter((ms) => ms >= goneMs);
      if (times.length > 0) return Math.min(...times);
      return connectedMs !== null && connectedMs <= goneMs ? Number.POSITIVE_INFINITY : goneMs;
    },
  };
}
