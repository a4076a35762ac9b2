import { type Ending, isEnding } from '../../shared/protocol/transfer-ending.ts';
import type { Reason, ReasonCode } from '../../shared/reasons.ts';
import type { TransferState } from '../../shared/views.ts';

/**
 * The state machine of one transfer, the same for both sides: `step` takes what happened and answers with the new
 * status and what to tell the peer. The receiver decides how a transfer ends; the sender's own cancel is provisional
 * until the receiver confirms it, so both end in the same state however their messages cross.
 */

type Phase = 'offered' | 'accepted' | 'running' | 'verifying' | Ending;

export interface Status {
  readonly role: 'sender' | 'receiver';
  readonly phase: Phase;
  readonly lane: boolean;
  /** The peer has named this transfer on the lane that is up: it can be spoken of. */
  readonly met: boolean;
  /** Receiver: manifest complete and folders made, so that blocks have a place. */
  readonly prepared: boolean;
  readonly heldByMe: Reason | null;
  readonly heldByPeer: Reason | null;
  /** Why there is no lane, where somebody's will is behind it. */
  readonly parting: Parting | null;
  /** How it ended. */
  readonly reason: Reason | null;
  /** It has ended and the peer knows. */
  readonly settled: boolean;
}

/** Ways to part that a lost connection is not. */
const partings = ['peer-left', 'peer-away', 'left-room', 'removed', 'removed-by-me'] as const satisfies ReasonCode[];
export type Parting = (typeof partings)[number];

export function isParting(reason: ReasonCode | undefined): reason is Parting {
  return partings.some((each) => each === reason);
}

export type Happening =
  | { type: 'lane-up' }
  | { type: 'lane-down' }
  /** There are several lanes: it goes on on another one. */
  | { type: 'lane-moved' }
  /** One of the two has left; before or after the lane goes down. */
  | { type: 'parted'; why: Parting }
  | { type: 'accept' }
  | { type: 'decline' }
  | { type: 'prepared' }
  | { type: 'started' }
  | { type: 'all-moved' }
  | { type: 'finish'; state: 'done' | 'failed'; reason: Reason | null }
  | { type: 'cancel'; reason: Reason }
  | { type: 'hold'; reason: Reason }
  | { type: 'resume' }
  | { type: 'peer-offer'; hold: ReasonCode | null }
  | { type: 'peer-restart' }
  | { type: 'peer-bind'; hold: ReasonCode | null }
  | { type: 'peer-hold'; reason: ReasonCode }
  | { type: 'peer-resume' }
  | { type: 'peer-query' }
  | { type: 'peer-cancel'; reason: ReasonCode }
  | { type: 'peer-ended'; state: Ending; reason: ReasonCode | null; detail?: Reason['detail'] }
  | { type: 'peer-gone' };

/**
 * What the peer must be told; whoever runs the machine fills in the numbers. `bind` is the protocol's `accept`: it says
 * where to begin, and is said again at each resume.
 */
export type Say = 'offer' | 'query' | 'bind' | 'hold' | 'resume' | 'cancel' | 'ended';

export interface Step {
  readonly status: Status;
  readonly say: readonly Say[];
}

export function initialStatus(role: Status['role']): Status {
  return {
    role,
    phase: 'offered',
    lane: false,
    met: false,
    prepared: false,
    heldByMe: null,
    heldByPeer: null,
    parting: null,
    reason: null,
    settled: false,
  };
}

const forward: Partial<Record<Happening['type'], Partial<Record<Phase, Phase>>>> = {
  accept: { offered: 'accepted' },
  'peer-bind': { offered: 'accepted' },
  'peer-restart': { accepted: 'offered', running: 'offered', verifying: 'offered' },
  started: { accepted: 'running', verifying: 'running' },
  'all-moved': { accepted: 'verifying', running: 'verifying' },
};

export function isEnded(status: Status): boolean {
  return isEnding(status.phase);
}

/** Blocks may flow: somebody wants them, there is a way, and nobody holds it. */
export function isFlowing(status: Status): boolean {
  return isBound(status) && status.heldByMe === null && status.heldByPeer === null;
}

/** Both know on this lane where the transfer stands. */
function isBound(status: Status): boolean {
  if (isEnded(status) || status.phase === 'offered' || !status.lane || !status.met) return false;
  return status.role === 'sender' || status.prepared;
}

/** The word that a person sees. A pause is somebody's decision and outlasts a lost link. */
export function stateOf(status: Status): TransferState {
  if (isEnded(status) || status.phase === 'offered') return status.phase;
  if (status.heldByMe || status.heldByPeer) return 'paused';
  if (!status.lane || !status.met) return 'interrupted';
  return status.phase;
}

/** Why it is in that state, if that needs saying. */
export function reasonFor(status: Status): Reason | null {
  const state = stateOf(status);
  if (state === 'paused') return status.heldByMe ?? status.heldByPeer;
  if (state === 'interrupted') return { code: status.parting ?? 'link-lost' };
  return status.reason;
}

/** The same reason as the other person should read it. */
export function seenByPeer(code: ReasonCode): ReasonCode {
  return mirrored[code] ?? code;
}
const mirrored: Partial<Record<ReasonCode, ReasonCode>> = {
  'cancelled-by-me': 'cancelled-by-peer',
  'paused-by-me': 'paused-by-peer',
  'disk-full': 'peer-disk-full',
  quit: 'peer-quit',
};

const cancelling: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'cancelled-by-me',
  'cancelled-by-peer',
  'quit',
  'peer-quit',
]);

function endingFor(code: ReasonCode): Ending {
  return cancelling.has(code) ? 'cancelled' : 'failed';
}

function peerHold(code: ReasonCode | null): Reason | null {
  if (code === null) return null;
  if (code === 'paused-by-me') return { code: 'paused-by-peer' };
  if (code === 'disk-full') return { code: 'peer-disk-full' };
  return { code: 'paused-by-peer', detail: { why: code } };
}

/** What `happened` makes of `status`; an event that means nothing now changes nothing. */
export function step(status: Status, happened: Happening): Step {
  if (happened.type === 'lane-down') return quiet({ ...status, lane: false, met: false });
  if (happened.type === 'lane-up') return laneUp({ ...status, lane: true, met: false, parting: null });
  if (happened.type === 'lane-moved') return laneMoved(status);
  const { status: next, say } = isEnded(status) ? afterEnd(status, happened) : underway(status, happened);
  return { status: next, say: next.lane ? say : [] };
}

function quiet(status: Status): Step {
  return { status, say: [] };
}

function laneUp(status: Status): Step {
  if (status.role === 'receiver') return { status, say: isEnded(status) ? [] : ['query'] };
  if (isEnded(status)) return { status, say: status.settled ? [] : ['cancel'] };
  return { status, say: ['offer'] };
}

/** The same words on another lane; but the two have not lost each other, and the last word may be in the lane that is left. */
function laneMoved(status: Status): Step {
  return status.role === 'receiver' && isEnded(status) ? { status, say: ['ended'] } : laneUp(status);
}

function end(status: Status, phase: Ending, reason: Reason | null, settled: boolean): Status {
  return { ...status, phase, reason, settled, heldByMe: null, heldByPeer: null };
}

/** Sender: a lost `cancel` is said again, and the receiver's word stands over our own. Receiver: it repeats its word. */
function afterEnd(status: Status, happened: Happening): Step {
  if (status.role === 'receiver') {
    const asked = happened.type === 'peer-offer' || happened.type === 'peer-cancel';
    return { status, say: asked ? ['ended'] : [] };
  }
  switch (happened.type) {
    case 'peer-ended':
      return quiet(status.settled ? status : endedByReceiver(status, happened));
    case 'peer-gone':
      return quiet({ ...status, settled: true });
    case 'peer-query':
    case 'peer-restart':
    case 'peer-bind':
      return { status, say: ['cancel'] };
    default:
      return quiet(status);
  }
}

function endedByReceiver(status: Status, happened: Extract<Happening, { type: 'peer-ended' }>): Status {
  // Our own cancel, confirmed: it keeps our own word for why.
  if (status.phase === happened.state) return { ...status, settled: true };
  const reason = happened.reason === null ? null : { code: happened.reason };
  return end(status, happened.state, reason && happened.detail ? { ...reason, detail: happened.detail } : reason, true);
}

function underway(status: Status, happened: Happening): Step {
  const sender = status.role === 'sender';
  const moved = { ...status, phase: forward[happened.type]?.[status.phase] ?? status.phase };
  switch (happened.type) {
    case 'accept':
    case 'started':
    case 'all-moved':
      return quiet(moved);
    case 'parted':
      return quiet({ ...status, parting: happened.why });
    case 'decline':
      if (status.phase !== 'offered' || sender) return quiet(status);
      return { status: end(status, 'declined', { code: 'declined' }, true), say: ['ended'] };
    case 'prepared':
      return { status: { ...status, prepared: true }, say: status.met ? ['bind'] : [] };
    case 'finish':
      return { status: end(status, happened.state, happened.reason, true), say: ['ended'] };
    case 'cancel':
      return {
        status: end(status, endingFor(happened.reason.code), happened.reason, !sender),
        say: [sender ? 'cancel' : 'ended'],
      };
    case 'hold':
      return hold(status, happened.reason);
    case 'resume':
      return resume(status);
    case 'peer-hold':
      return quiet({ ...status, heldByPeer: peerHold(happened.reason) });
    case 'peer-resume':
      return quiet({ ...status, heldByPeer: null });
    case 'peer-offer':
      return {
        status: { ...status, met: true, heldByPeer: peerHold(happened.hold) },
        say: status.prepared ? ['bind'] : status.heldByMe ? ['hold'] : [],
      };
    case 'peer-restart':
      return quiet({ ...moved, met: false, heldByPeer: null });
    case 'peer-bind':
      return quiet({ ...moved, met: true, heldByPeer: peerHold(happened.hold) });
    case 'peer-cancel':
      return { status: end(status, endingFor(happened.reason), { code: happened.reason }, true), say: ['ended'] };
    case 'peer-ended':
      return quiet(endedByReceiver(status, happened));
    case 'peer-gone':
      return quiet(end(status, 'failed', { code: 'transfer-unknown' }, true));
    default:
      return quiet(status);
  }
}

/** A person's pause does not hide that something else is in the way: going on from that takes more than a word. */
function hold(status: Status, reason: Reason): Step {
  const keeps = status.heldByMe !== null && reason.code === 'paused-by-me';
  return keeps ? quiet(status) : { status: { ...status, heldByMe: reason }, say: ['hold'] };
}

/**
 * After anything but a person's own pause the blocks on the way were dropped or never read, so both must agree anew where
 * to begin: the receiver says it, and the sender asks it to.
 */
function resume(status: Status): Step {
  if (status.heldByMe === null) return quiet(status);
  const next = { ...status, heldByMe: null };
  if (status.heldByMe.code === 'paused-by-me') return { status: next, say: ['resume'] };
  if (status.role === 'sender') return { status: next, say: ['offer'] };
  return { status: next, say: status.prepared && status.met ? ['bind'] : ['resume'] };
}
