import { percentOf } from '../../shared/format.ts';
import type { Reason, ReasonCode } from '../../shared/reasons.ts';
import { reasonLine, reasonText, text } from '../../shared/text.ts';
import { hasEnded, type TransferView } from '../../shared/views.ts';

/** `quiet`: nothing moves, nothing is wrong. */
export type Tone = 'moving' | 'quiet' | 'waiting' | 'good' | 'bad';

export interface TransferWords {
  readonly state: string;
  /** More about it, where the state alone leaves a question. */
  readonly detail: string | null;
  readonly tone: Tone;
}

const words = text.transfers.state;

/** Reasons that the state's own words already say. */
const saidByState: ReadonlySet<ReasonCode> = new Set([
  'paused-by-me',
  'paused-by-peer',
  'declined',
  'cancelled-by-me',
  'cancelled-by-peer',
]);

function isSaidByState({ code, detail }: Reason): boolean {
  return saidByState.has(code) && detail?.why === undefined;
}

function reasonDetail({ reason, failedCount }: TransferView): string | null {
  if (!reason || isSaidByState(reason)) return null;
  // How many failed stands over their list.
  if (reason.code === 'some-files-failed' && failedCount > 0) return reasonText(reason).detail ?? null;
  return reasonLine(reason);
}

/** Held because something stands in the way, not because somebody wished so. */
function isBlocked({ state, reason }: TransferView): boolean {
  return state === 'paused' && reason !== null && !isSaidByState(reason);
}

function paused(transfer: TransferView): string {
  if (isBlocked(transfer)) return words.paused;
  if (transfer.pausedByMe && transfer.pausedByPeer) return words.pausedByBoth(transfer.peer.name);
  return transfer.pausedByMe ? words.pausedByMe : words.pausedByPeer(transfer.peer.name);
}

function cancelled(transfer: TransferView): string {
  if (transfer.reason?.code === 'cancelled-by-me') return words.cancelledByMe;
  if (transfer.reason?.code === 'cancelled-by-peer') return words.cancelledByPeer(transfer.peer.name);
  return words.cancelled;
}

/** A transfer's state as a person reads it. */
export function transferWords(transfer: TransferView): TransferWords {
  const sending = transfer.direction === 'out';
  const who = transfer.peer.name;
  const detail = reasonDetail(transfer);
  switch (transfer.state) {
    case 'offered':
      return { state: words.offered(who), detail, tone: 'quiet' };
    case 'accepted':
      return { state: sending ? words.acceptedOut(who) : words.acceptedIn, detail, tone: 'moving' };
    case 'running':
      return { state: sending ? words.sending : words.receiving, detail, tone: 'moving' };
    case 'paused':
      return { state: paused(transfer), detail, tone: detail ? 'waiting' : 'quiet' };
    case 'interrupted':
      return { state: words.interrupted, detail, tone: 'waiting' };
    case 'verifying':
      return { state: words.verifying, detail, tone: 'moving' };
    case 'done':
      if (transfer.failedCount > 0) {
        return { state: sending ? words.sentPartly : words.receivedPartly, detail, tone: 'waiting' };
      }
      return { state: sending ? words.sent : words.received, detail, tone: 'good' };
    case 'declined':
      return { state: sending ? words.declinedByPeer(who) : words.declinedByMe, detail, tone: 'quiet' };
    case 'cancelled':
      return { state: cancelled(transfer), detail, tone: 'quiet' };
    case 'failed':
      return { state: words.failed, detail, tone: 'bad' };
  }
}

export interface TransferControls {
  readonly pause: boolean;
  /** Of one's own pause only. `retry`: something stood in the way. */
  readonly resume: 'resume' | 'retry' | null;
  readonly cancel: 'cancel' | 'withdraw' | null;
  readonly show: boolean;
  readonly remove: boolean;
}

/** What can be done with a transfer in its state. */
export function transferControls(transfer: TransferView, host: { showInFolder: boolean }): TransferControls {
  const { state, direction } = transfer;
  const ended = hasEnded(transfer);
  // Only the same files, dropped again, bring back what the page has lost.
  const mine = state === 'paused' && transfer.pausedByMe && transfer.reason?.code !== 'source-away';
  return {
    pause: state === 'running',
    resume: mine ? (isBlocked(transfer) ? 'retry' : 'resume') : null,
    cancel: ended ? null : state === 'offered' ? 'withdraw' : 'cancel',
    show: state === 'done' && direction === 'in' && host.showInFolder,
    remove: ended,
  };
}

export function transferPercent(transfer: TransferView): number {
  if (transfer.total === 0) return transfer.state === 'done' ? 100 : 0;
  return percentOf(transfer.bytes, transfer.total);
}

/** Where what arrived is, with its name if that is not the title; null where there is nothing to find. */
export function landedWords({ state, direction, title, topLevelEntries, folder, place }: TransferView): string | null {
  if (state !== 'done' || direction !== 'in' || folder === null || place === null) return null;
  const given = place.split(/[/\\]/).at(-1) ?? '';
  const isItself = topLevelEntries > 1 || given === title;
  return isItself ? text.transfers.landed(folder) : text.transfers.landedAs(folder, given);
}

/** A path without the folder that is the transfer's title anyway. */
export function pathWithin(transfer: TransferView, path: string): string {
  const folder = `${transfer.title}/`;
  return transfer.topLevelEntries === 1 && path.startsWith(folder) ? path.slice(folder.length) : path;
}
