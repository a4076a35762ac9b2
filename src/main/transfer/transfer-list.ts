import { type Reason, ReasonError } from '../../shared/reasons.ts';
import type { TransferView } from '../../shared/views.ts';
import { createEnded } from './ended.ts';
import type { EngineWorld } from './engine-world.ts';
import type { IncomingTransfer } from './incoming.ts';
import { createLastWords, type LastWords } from './last-words.ts';
import { createShowing } from './showing.ts';
import { isEnded } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';

/**
 * All transfers, and what becomes of them once they have ended: little of each stays on the list, and of what leaves the
 * list only its last word.
 */
export interface TransferList {
  get(id: string): Transfer | undefined;
  /** Transfers with this person, shown or not. */
  with(peerKey: string): Transfer[];
  /** Those that come in and have not become an ended transfer's rest; in the order in which they came. */
  readonly incoming: ReadonlyMap<string, IncomingTransfer>;
  readonly lastWords: Pick<LastWords, 'of'>;
  add(transfer: Transfer): void;
  addIncoming(transfer: IncomingTransfer): void;
  /** There is something to show of it from now on. */
  show(transfer: Transfer): void;
  isShown(id: string): boolean;
  /** Throws `transfer-unknown` for what is not shown. */
  shown(id: string): Transfer;
  /** What a transfer needs from around it. */
  surroundings(id: string): Surroundings;
  /** Gone without a trace, and without a word: whoever offers it again offers it anew. */
  discard(transfer: Transfer): void;
  /** The same, and whoever has seen it is told. */
  withdraw(transfer: Transfer): void;
  /** Takes an ended one off the list; its peer may still ask how it ended. Throws a `ReasonError`. */
  forget(id: string): void;
  views(): TransferView[];
  cancelAll(reason: Reason): void;
  /** Shows no more; resolves when no file is open and no part is left. */
  close(): Promise<unknown>;
}

/** Ended transfers kept on the list. */
const endedListed = 500;
/** Ended transfers that left the list and are still answered for. */
const endedRemembered = 1000;

export function createTransferList(options: {
  world: EngineWorld;
  onChange(view: TransferView): void;
  onForgotten(id: string): void;
}): TransferList {
  const { world, onForgotten } = options;
  const transfers = new Map<string, Transfer>();
  const incoming = new Map<string, IncomingTransfer>();
  const showing = createShowing({ now: world.now, after: world.after, onChange: options.onChange });
  const lastWords = createLastWords(endedRemembered);
  /** Those of which only a rest is left. */
  const shrunk = new WeakSet<Transfer>();
  /** Off the list, but not yet off the disk. */
  const releasing = new Set<Transfer>();

  function surroundings(id: string): Surroundings {
    return {
      now: world.now,
      disk: world.disk,
      platform: world.platform,
      changed: () => changed(id),
      progressed: () => showing.progressed(id),
    };
  }

  function changed(id: string): void {
    const transfer = transfers.get(id);
    if (!transfer) return;
    showing.changed(id);
    if (!isEnded(transfer.status)) return;
    if (!showing.get(id)) {
      drop(transfer);
      return;
    }
    shrink(transfer);
    const ended = showing.list().filter(({ status }) => isEnded(status));
    for (const oldest of ended.slice(0, Math.max(0, ended.length - endedListed))) forget(oldest.id);
  }

  /** Once it is over, off the disk, and confirmed by a peer who is there, little of it is needed any more. */
  function shrink(transfer: Transfer): void {
    if (shrunk.has(transfer)) return;
    void transfer.released().then(() => {
      const { id, status } = transfer;
      const awaitsWord = status.role === 'sender' && status.lane && !status.settled;
      if (transfers.get(id) !== transfer || awaitsWord) return;
      const ended = createEnded(transfer, surroundings(id));
      shrunk.add(ended);
      transfers.set(id, ended);
      incoming.delete(id);
      showing.replace(ended);
    });
  }

  function discard({ id }: Transfer): void {
    transfers.delete(id);
    incoming.delete(id);
    showing.remove(id);
  }

  function drop(transfer: Transfer): void {
    discard(transfer);
    lastWords.keep(transfer);
    releasing.add(transfer);
    void transfer.released().finally(() => releasing.delete(transfer));
  }

  function forget(id: string): void {
    const transfer = shown(id);
    if (!isEnded(transfer.status)) throw new ReasonError('request-invalid', { message: 'still under way' });
    drop(transfer);
    onForgotten(id);
  }

  function shown(id: string): Transfer {
    const transfer = showing.get(id);
    if (!transfer) throw new ReasonError('transfer-unknown');
    return transfer;
  }

  return {
    get: (id) => transfers.get(id),
    with: (peerKey) => [...transfers.values()].filter((transfer) => transfer.peerKey === peerKey),
    incoming,
    lastWords,
    add(transfer) {
      transfers.set(transfer.id, transfer);
    },
    addIncoming(transfer) {
      transfers.set(transfer.id, transfer);
      incoming.set(transfer.id, transfer);
    },
    show(transfer) {
      showing.add(transfer);
      changed(transfer.id);
    },
    isShown: (id) => showing.get(id) !== undefined,
    shown,
    surroundings,
    discard,
    withdraw(transfer) {
      const wasShown = showing.get(transfer.id);
      discard(transfer);
      if (wasShown) onForgotten(transfer.id);
    },
    forget,
    views: () => showing.list().map((transfer) => transfer.view()),
    cancelAll(reason) {
      for (const transfer of [...transfers.values()]) transfer.cancel(reason);
    },
    close() {
      showing.stop();
      return Promise.allSettled([...transfers.values(), ...releasing].map((transfer) => transfer.released()));
    },
  };
}
