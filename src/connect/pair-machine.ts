import { inTurn, quiet, type Step } from '../shared/in-turn.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import { backoffBoundMs } from './backoff.ts';
import type { CounterName } from './counters.ts';
import type { Proven } from './handshake.ts';
import type { LinkEnd } from './link.ts';
import type { PairAct, PairHappening, PairStatus } from './pair-state.ts';
import type { SdpFacts } from './sdp.ts';

/**
 * The state machine of a pair: `step` takes what happened and answers with the new status and what is to be done, in
 * order. Of the two sessions the one with the higher id offers; the other asks for an offer. An old link stays until a
 * new one has said hello. Whoever runs it owns the attempts, the links and the one timer, and draws the link ids.
 */
type PairStep = Step<PairStatus, PairAct>;

/** What the peer can make us start, in attempts per minute. */
export const attemptsPerMinute = 20;
export const knownLinks = 64;
/** A link that lives shorter is followed by a wait, as a failed attempt is. */
export const shortLifeMs = 10_000;
/** What the other side may take to offer by itself before it is asked to. */
export const offerGraceMs = 3000;
/** A refusal on its way out; then the connection is closed. */
export const refusalMs = 1000;

/** What `happened` makes of `status`; an event that means nothing now changes nothing. */
export function step(status: PairStatus, happened: PairHappening, nowMs: number): PairStep {
  switch (happened.type) {
    case 'alive':
      return alive(status, happened.linkId, nowMs);
    case 'due':
      return due(status, happened.linkId, nowMs);
    case 'offer':
      return offered(status, happened, nowMs);
    case 'retry':
      return asked(status, happened, nowMs);
    case 'failed':
      if (status.attempt?.linkId !== happened.linkId) return quiet(status);
      return inTurn(status, endAttempt, (next) => failed(next, happened.why));
    case 'proven':
      return proven(status, happened, nowMs);
    case 'refused':
      return refused(status, happened);
    case 'renamed':
      if (!status.proven || status.proven.name === happened.name) return quiet(status);
      return quiet({ ...status, proven: { ...status.proven, name: happened.name } });
    case 'lost':
      if (status.link?.linkId !== happened.linkId) return quiet(status);
      return lost(status, happened.end, nowMs - status.link.sinceMs);
    case 'outdated':
      return outdated(status, happened.linkId, nowMs);
    case 'expel':
      if (status.shut === 'final') return quiet(status);
      return inTurn({ ...status, shut: 'by-us', reason: 'removed-by-me' }, settle, endAttempt, expelLink, tellLoss);
    case 'let-in':
      if (status.link || status.shut === 'final') return quiet(status);
      return wait({ ...status, shut: null, reason: null, failures: 0 }, 0, 0);
    case 'give-up':
      return giveUp(status);
    case 'close':
      return inTurn(status, giveUp, endLink);
  }
}

function alive(status: PairStatus, linkId: string, nowMs: number): PairStep {
  const { offers, timings, attempt } = status;
  if (status.link || status.shut) return quiet(status);
  if (attempt && nowMs - attempt.sinceMs < timings.attemptMs / 4) return quiet(status);
  if (offers) return begin(status, linkId, null, nowMs);
  // The offer is on its way by itself.
  return attempt ? quiet(status) : wait(status, timings.attemptMs, 0);
}

function due(status: PairStatus, linkId: string, nowMs: number): PairStep {
  if (status.awaits !== 'time') return quiet(status);
  if (status.offers) return begin({ ...status, awaits: null }, linkId, null, nowMs);
  return { status: { ...status, awaits: 'offer' }, acts: [{ do: 'ask', last: newest(status) }] };
}

function offered(
  status: PairStatus,
  { linkId, offer }: { linkId: string; offer: SdpFacts | null },
  nowMs: number,
): PairStep {
  if (status.offers || status.shut === 'final') return counted(status, 'signalStale');
  if (status.known.includes(linkId) || status.link?.linkId === linkId) return quiet(status);
  const admitted = admit(status, nowMs);
  if (!admitted) return counted(status, 'offersTooFrequent');
  return offer ? begin(admitted, linkId, offer, nowMs) : counted(admitted, 'offerRefused');
}

function asked(status: PairStatus, { last, linkId }: { last: string | null; linkId: string }, nowMs: number): PairStep {
  if (!status.offers || status.shut === 'final') return counted(status, 'signalStale');
  // It asks about an attempt that is over: a newer one is under way, or has led to a link.
  if ((status.attempt || status.link) && last !== newest(status)) return quiet(status);
  const admitted = admit(status, nowMs);
  return admitted ? begin(admitted, linkId, null, nowMs) : counted(status, 'offersTooFrequent');
}

function failed(status: PairStatus, why: ReasonCode): PairStep {
  const isOver = isFinal(why) || why === 'removed';
  // The old link may still work; if not for the peer, it asks again.
  if (status.link) return status.isOutdated && !isOver ? waitLonger(status) : quiet(status);
  const told = { ...status, reason: why };
  if (isFinal(why)) return inTurn(told, giveUp, tellLoss);
  if (why === 'removed') return inTurn({ ...told, shut: 'by-member' }, tellLoss);
  return inTurn(told, waitLonger, tellLoss);
}

function proven(status: PairStatus, { linkId, person }: { linkId: string; person: Proven }, nowMs: number): PairStep {
  // Superseded by a newer attempt, and closed then.
  if (status.attempt?.linkId !== linkId) return quiet(status);
  return inTurn(
    { ...status, attempt: null, proven: person, reason: null },
    settle,
    acts({ do: 'adopt', linkId }),
    endLink,
    (next) => ({ status: { ...next, link: { linkId, sinceMs: nowMs } }, acts: [{ do: 'start', linkId }] }),
  );
}

function refused(status: PairStatus, happened: Extract<PairHappening, { type: 'refused' }>): PairStep {
  const { linkId, why, told, unwanted } = happened;
  if (status.attempt?.linkId !== linkId) return quiet(status);
  const closing = acts({ do: 'count', counter: 'helloRefused' }, end(linkId, told ? refusalMs : 0));
  const last = unwanted === null ? null : acts({ do: 'tell-unwanted', key: unwanted, why });
  return inTurn({ ...status, attempt: null }, closing, last ?? ((next) => failed(next, why)));
}

function lost(status: PairStatus, how: LinkEnd, livedMs: number): PairStep {
  if (how.why === 'bye') return inTurn(status, endLink, acts({ do: 'tell-bye' }));
  const reason = lossReason(how);
  return inTurn({ ...status, reason }, endLink, (next) => afterLoss(next, reason, how, livedMs), tellLoss);
}

function outdated(status: PairStatus, linkId: string, nowMs: number): PairStep {
  if (!status.link || status.shut) return quiet(status);
  const known = { ...status, isOutdated: true };
  // The next link is on its way, or asked for.
  if (status.attempt || status.awaits) return quiet(known);
  return due({ ...known, awaits: 'time' }, linkId, nowMs);
}

function afterLoss(status: PairStatus, reason: ReasonCode, how: LinkEnd, livedMs: number): PairStep {
  if (status.shut === 'final') return quiet(status);
  if (isFinal(reason)) return giveUp(status);
  if (reason === 'removed') return inTurn({ ...status, shut: 'by-member' }, settle, endAttempt);
  // The next link is on its way.
  if (status.attempt) return quiet(status);
  if (how.why === 'flooded' || livedMs < shortLifeMs) return waitLonger(status);
  return wait({ ...status, failures: 0 }, 0, 0);
}

function lossReason(how: LinkEnd): ReasonCode {
  if (how.why === 'refused') return how.reason;
  if (how.why === 'flooded') return 'link-flooded';
  return how.why === 'silent' ? 'link-timeout' : 'link-closed';
}

/** These do not change by trying again. */
function isFinal(reason: ReasonCode): boolean {
  return reason === 'own-key' || reason === 'version-unknown';
}

/** An attempt, in place of whatever was tried or waited for. */
function begin(status: PairStatus, linkId: string, offer: SdpFacts | null, nowMs: number): PairStep {
  return inTurn(status, settle, endAttempt, (next) => ({
    status: {
      ...next,
      attempt: { linkId, sinceMs: nowMs },
      // They try again, so they will have us again.
      shut: next.shut === 'by-member' ? null : next.shut,
      known: [...next.known, linkId].slice(-knownLinks),
    },
    acts: [{ do: 'attempt', linkId, offer }],
  }));
}

/** Begins again after a while: this side by an offer, the other by being asked for one. */
function wait(status: PairStatus, leastMs: number, spreadMs: number): PairStep {
  const { status: next, acts: settling } = settle(status);
  if (next.shut) return { status: next, acts: settling };
  return { status: { ...next, awaits: 'time' }, acts: [...settling, { do: 'wait', leastMs, spreadMs }] };
}

function waitLonger(status: PairStatus): PairStep {
  const spreadMs = backoffBoundMs(status.timings.attemptBackoffMs, status.failures);
  return wait({ ...status, failures: status.failures + 1 }, status.offers ? 0 : offerGraceMs, spreadMs);
}

function giveUp(status: PairStatus): PairStep {
  return inTurn({ ...status, shut: 'final' }, settle, endAttempt);
}

function settle(status: PairStatus): PairStep {
  return status.awaits ? { status: { ...status, awaits: null }, acts: [{ do: 'settle' }] } : quiet(status);
}

function endAttempt(status: PairStatus): PairStep {
  return status.attempt ? { status: { ...status, attempt: null }, acts: [end(status.attempt.linkId)] } : quiet(status);
}

function endLink(status: PairStatus): PairStep {
  if (!status.link) return quiet(status);
  return { status: { ...status, link: null, isOutdated: false }, acts: [end(status.link.linkId)] };
}

function expelLink(status: PairStatus): PairStep {
  if (!status.link) return quiet(status);
  return { status: { ...status, link: null, isOutdated: false }, acts: [{ do: 'expel', linkId: status.link.linkId }] };
}

function tellLoss(status: PairStatus): PairStep {
  return { status, acts: [{ do: 'tell-loss' }] };
}

/** Null when the member has made us start as many attempts as it may. */
function admit(status: PairStatus, nowMs: number): PairStatus | null {
  const recent = status.madeMs.filter((atMs) => atMs > nowMs - 60_000);
  return recent.length < attemptsPerMinute ? { ...status, madeMs: [...recent, nowMs] } : null;
}

function newest(status: PairStatus): string | null {
  return status.known.at(-1) ?? null;
}

function counted(status: PairStatus, counter: CounterName): PairStep {
  return { status, acts: [{ do: 'count', counter }] };
}

function end(linkId: string, afterMs = 0): PairAct {
  return { do: 'end', linkId, afterMs };
}

function acts(...what: PairAct[]): (status: PairStatus) => PairStep {
  return (status) => ({ status, acts: what });
}
