import { percentOf } from '../../shared/format.ts';
import type { ReasonCode } from '../../shared/reasons.ts';
import { reasonText, text } from '../../shared/text.ts';
import type { TransferView } from '../../shared/views.ts';

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

function reasonDetail(transfer: TransferView): string | null {
  if (!transfer.reason || saidByState.has(transfer.reason.code)) return null;
  const { title, detail } = reasonText(transfer.reason);
  return detail ? `${title} ${detail}` : title;
}

function paused(transfer: TransferView): string {
  if (transfer.pausedByMe && transfer.pausedByPeer) return words.pausedByBoth(transfer.peer.name);
  if (transfer.pausedByMe) return words.pausedByMe;
  if (transfer.pausedByPeer) return words.pausedByPeer(transfer.peer.name);
  return words.paused;
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
      return {
        state: sending ? words.sent : words.received,
        detail,
        tone: transfer.failedCount > 0 ? 'waiting' : 'good',
      };
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
  /** `retry`: nobody paused it, the way was blocked. */
  readonly resume: 'resume' | 'retry' | null;
  readonly cancel: 'cancel' | 'withdraw' | null;
  readonly show: boolean;
  readonly remove: boolean;
}

/** What can be done with a transfer in its state. */
export function transferControls(transfer: TransferView, host: { showInFolder: boolean }): TransferControls {
  const { state, direction, pausedByMe, pausedByPeer } = transfer;
  const ended = state === 'done' || state === 'declined' || state === 'cancelled' || state === 'failed';
  const blocked = state === 'paused' && !pausedByMe && !pausedByPeer;
  return {
    pause: state === 'running' || (state === 'paused' && !pausedByMe && pausedByPeer),
    resume: state === 'paused' && pausedByMe ? 'resume' : blocked ? 'retry' : null,
    cancel: ended ? null : state === 'offered' ? 'withdraw' : 'cancel',
    show: state === 'done' && direction === 'in' && host.showInFolder,
    remove: ended,
  };
}

export function transferPercent(transfer: TransferView): number {
  if (transfer.total === 0) return transfer.state === 'done' ? 100 : 0;
  return percentOf(transfer.bytes, transfer.total);
}

/** A path without the folder that is the transfer's title anyway. */
export function pathWithin(transfer: TransferView, path: string): string {
  const folder = `${transfer.title}/`;
  return transfer.topLevelEntries === 1 && path.startsWith(folder) ? path.slice(folder.length) : path;
}
