import { limits } from '../../shared/protocol/limits.ts';
import type { TransferView } from '../../shared/views.ts';
import type { EngineWorld } from './engine-world.ts';
import { isEnded, isFlowing } from './state.ts';
import type { Transfer } from './transfer.ts';

type Shown = Pick<Transfer, 'id' | 'status' | 'view'>;

/** The transfers a person sees, in the order in which they came, and how often each is shown anew. */
export interface Showing<T extends Shown = Transfer> {
  add(transfer: T): void;
  get(id: string): T | undefined;
  list(): T[];
  /** The same transfer in another shape, in the place of the one before. */
  replace(transfer: T): void;
  remove(id: string): void;
  /** Shown at once, unless it changes without end. */
  changed(id: string): void;
  /** Shown at most every `limits.progressIntervalMs`. */
  progressed(id: string): void;
  stop(): void;
}

const tickMs = 1000;
/** Changes of state shown at once between two ticks; more are shown with the next. */
const changesAtOnce = 50;

interface Place<T> {
  transfer: T;
  atMs: number;
  /** Changes since then. */
  sinceMs: number;
  changes: number;
  /** Changed, and to be shown with the next tick. */
  late: boolean;
}

export function createShowing<T extends Shown = Transfer>(options: {
  now(): number;
  after: EngineWorld['after'];
  onChange(view: TransferView): void;
}): Showing<T> {
  const { now, after } = options;
  const all = new Map<string, Place<T>>();
  /** Takes the next tick back. */
  let stopTicking: (() => void) | null = null;
  let stopped = false;

  function show(shown: Place<T>): void {
    shown.atMs = now();
    shown.late = false;
    options.onChange(shown.transfer.view());
  }

  /** What is shown is as large as a request's list of files, and a peer can cause it with a few bytes. */
  function changesTooOften(shown: Place<T>): boolean {
    if (now() - shown.sinceMs >= tickMs) {
      shown.sinceMs = now();
      shown.changes = 0;
    }
    return ++shown.changes > changesAtOnce;
  }

  /** A stalled transfer has no events of its own, and its rate must fall all the same. */
  function keepTicking(): void {
    const needed = [...all.values()].some(({ late, transfer }) => late || isFlowing(transfer.status));
    if (!needed || stopped) {
      stopTicking?.();
      stopTicking = null;
    } else stopTicking ??= after(tickMs, tick);
  }

  function tick(): void {
    stopTicking = null;
    for (const shown of [...all.values()]) {
      if (shown.late || (isFlowing(shown.transfer.status) && now() - shown.atMs >= tickMs)) show(shown);
    }
    keepTicking();
  }

  return {
    add(transfer) {
      const never = Number.NEGATIVE_INFINITY;
      all.set(transfer.id, { transfer, atMs: never, sinceMs: now(), changes: 0, late: false });
    },
    get: (id) => all.get(id)?.transfer,
    list: () => [...all.values()].map(({ transfer }) => transfer),
    replace(transfer) {
      const shown = all.get(transfer.id);
      if (shown) shown.transfer = transfer;
    },
    remove(id) {
      all.delete(id);
      keepTicking();
    },
    changed(id) {
      const shown = all.get(id);
      if (!shown) return;
      if (changesTooOften(shown) && !isEnded(shown.transfer.status)) shown.late = true;
      else show(shown);
      keepTicking();
    },
    progressed(id) {
      const shown = all.get(id);
      if (shown && now() - shown.atMs >= limits.progressIntervalMs) show(shown);
    },
    stop() {
      stopped = true;
      keepTicking();
    },
  };
}
