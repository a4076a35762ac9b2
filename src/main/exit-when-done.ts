import { hasEnded, type MemberView, type TransferView } from '../shared/views.ts';

/** Tells when a run with `--exit-when-done` is over, from the snapshots that the screen gets too. */
export interface ExitWhenDone {
  transfer(view: TransferView): void;
  /** Who is in the room; null when no page is there to know. */
  members(members: readonly MemberView[] | null): void;
  /** What was to be sent cannot be. */
  failed(): void;
}

/**
 * With something to send: over when everybody in the room has ended with it, and one at least has come. Else: over when
 * the first transfer has ended. The exit code is 0 when everybody took everything, else 1.
 * @param done called once.
 */
export function createExitWhenDone(options: { sends: boolean; done(exitCode: 0 | 1): void }): ExitWhenDone {
  const transfers = new Map<string, TransferView>();
  let present: readonly MemberView[] | null = null;
  /** Keys of those who were seen here and went. Who was never seen by a page that has come anew may still be here. */
  const gone = new Set<string>();
  let over = false;

  function finish(exitCode: 0 | 1): void {
    if (over) return;
    over = true;
    options.done(exitCode);
  }

  function check(): void {
    const all = [...transfers.values()];
    if (!options.sends) {
      const first = all.find(hasEnded);
      if (first) finish(tookAll(first) ? 0 : 1);
      return;
    }
    const sent = all.filter(({ direction }) => direction === 'out');
    if (!present || !sent.some(hasEnded)) return;
    const hasToEnd = sent.filter((view) => !hasEnded(view) && !gone.has(view.peer.key));
    const hasToGet = present.filter(({ key }) => !sent.some(({ peer }) => peer.key === key));
    // What is just arriving is not broken off either.
    if (hasToEnd.length > 0 || hasToGet.length > 0 || all.some(isArriving)) return;
    finish(sent.every(tookAll) ? 0 : 1);
  }

  return {
    transfer(view) {
      transfers.set(view.id, view);
      check();
    },
    members(members) {
      const here = members?.filter(({ state }) => state !== 'closed') ?? null;
      const keys = new Set(here?.map(({ key }) => key));
      if (here) for (const { key } of present ?? []) if (key && !keys.has(key)) gone.add(key);
      for (const key of keys) if (key) gone.delete(key);
      present = here;
      check();
    },
    failed: () => finish(1),
  };
}

function tookAll(view: TransferView): boolean {
  return view.state === 'done' && view.failedCount === 0;
}

function isArriving({ direction, state }: TransferView): boolean {
  return direction === 'in' && (state === 'accepted' || state === 'running' || state === 'verifying');
}
