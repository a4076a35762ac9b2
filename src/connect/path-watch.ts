import { hasMoved } from '../shared/round-trip.ts';
import type { LinkPath } from '../shared/views.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { LinkControl } from './link-control.ts';
import { agreedPath, type PathFacts, readAnswered, readPath } from './path.ts';
import type { Timings } from './timings.ts';

/** Looks up every while how a link's bytes go, agrees on that with the peer, and sees which of its addresses answer. */
export interface PathWatch {
  /** As both sides read it; null while it is not known. */
  readonly path: PathFacts | null;
  /** See `readAnswered`. */
  readonly answered: readonly string[];
  /** The shortest round trip that was seen: what waits in queues on the way is not in it. */
  readonly leastRoundTripMs: number | null;
  start(): void;
  stop(): void;
}

export interface PathWatchOptions {
  readonly channel: Pick<Channel, 'stats'>;
  readonly control: LinkControl;
  readonly clock: Pick<Clock, 'after'>;
  readonly timings: Pick<Timings, 'statsMs' | 'statsSoonMs'>;
  onPath(): void;
  onAnswered(): void;
}

export function createPathWatch(options: PathWatchOptions): PathWatch {
  const { channel, control, clock, timings, onPath } = options;
  let own: PathFacts | null = null;
  let theirs: LinkPath | null = null;
  let answered: readonly string[] = [];
  let leastRoundTripMs: number | null = null;
  let stopTimer = (): void => undefined;
  let stopped = false;

  async function look(isLate: boolean): Promise<void> {
    const report = await channel.stats();
    if (stopped || !report) return;
    answer(readAnswered(report));
    const found = readPath(report);
    const { roundTripMs } = found;
    if (roundTripMs !== null) leastRoundTripMs = Math.min(roundTripMs, leastRoundTripMs ?? roundTripMs);
    const told = own;
    // An address that stays hidden is one that the peer does not know itself: it is behind a NAT.
    const now = { ...found, path: found.path ?? (isLate && found.remote ? 'direct' : null) };
    if (told && now.path === told.path && !hasMoved(told.roundTripMs ?? 0, now.roundTripMs ?? 0)) return;
    own = now;
    if (now.path && now.path !== told?.path) control.say({ type: 'path', path: now.path });
    onPath();
  }

  function answer(now: readonly string[]): void {
    // Where checks come late no pair counts as one that has succeeded; those that did have answered all the same.
    if (now.length === 0) return;
    if (now.length === answered.length && now.every((address) => answered.includes(address))) return;
    answered = now;
    options.onAnswered();
  }

  function keepLooking(againMs: number, isLate: boolean): void {
    // Without statistics the path is just not known.
    look(isLate).catch(() => undefined);
    const laterMs = Math.min(2 * againMs, timings.statsMs);
    stopTimer = clock.after(againMs, () => keepLooking(laterMs, 2 * laterMs > timings.statsMs));
  }

  control.on('path', ({ path }) => {
    if (path === theirs) return;
    theirs = path;
    onPath();
  });

  return {
    get path() {
      return own && { ...own, path: agreedPath(own.path, theirs) };
    },
    get answered() {
      return answered;
    },
    get leastRoundTripMs() {
      return leastRoundTripMs;
    },
    start: () => keepLooking(timings.statsSoonMs, false),
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}
