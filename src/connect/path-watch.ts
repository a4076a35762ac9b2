import type { LinkPath } from '../shared/views.ts';
import type { Channel } from './channel.ts';
import type { Clock } from './clock.ts';
import type { LinkControl } from './link-control.ts';
import { agreedPath, type PathFacts, readPath } from './path.ts';

/** Looks up every while how a link's bytes go, and agrees on that with the peer. */
export interface PathWatch {
  /** As both sides read it; null while it is not known. */
  readonly path: PathFacts | null;
  start(): void;
  stop(): void;
}

export interface PathWatchOptions {
  readonly channel: Pick<Channel, 'stats'>;
  readonly control: LinkControl;
  readonly clock: Pick<Clock, 'after'>;
  readonly everyMs: number;
  onPath(): void;
}

export function createPathWatch({ channel, control, clock, everyMs, onPath }: PathWatchOptions): PathWatch {
  let own: PathFacts | null = null;
  let theirs: LinkPath | null = null;
  let stopTimer = (): void => undefined;
  let stopped = false;

  async function look(): Promise<void> {
    const report = await channel.stats();
    if (stopped || !report) return;
    const found = readPath(report);
    const told = own;
    // An address that stays hidden is one that the peer does not know itself: it is behind a NAT.
    const now = { ...found, path: found.path ?? (told && found.remote ? 'direct' : null) };
    if (told && now.path === told.path && !hasMoved(told.roundTripMs ?? 0, now.roundTripMs ?? 0)) return;
    own = now;
    if (now.path && now.path !== told?.path) control.say({ type: 'path', path: now.path });
    onPath();
  }

  function keepLooking(): void {
    // Without statistics the path is just not known.
    look().catch(() => undefined);
    stopTimer = clock.after(everyMs, keepLooking);
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
    start: keepLooking,
    stop() {
      stopped = true;
      stopTimer();
    },
  };
}

/** Worth showing: a round trip is never twice the same. */
function hasMoved(beforeMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - beforeMs) > 5 + beforeMs / 5;
}
