import { inTurn, quiet, type Step } from '../../../shared/in-turn.ts';
import { limits } from '../../../shared/protocol/limits.ts';
import type { Asked, ChecksAct, ChecksHappening, ChecksStatus, Heard, Way } from './checks-state.ts';
import type { Endpoint } from './datagrams.ts';
import type { Probe, ProbeType } from './probe.ts';

/**
 * The state machine of the checks: `step` takes what happened and answers with the new status and what is to be done, in
 * order. Both sides probe the ways to the other; the offerer picks one of those that answer and says so, the answerer obeys.
 * Then both go on asking whether it still answers.
 */
type ChecksStep = Step<ChecksStatus, ChecksAct>;

/** Milliseconds; what the other side relies on stands in docs/PROTOCOL.md. */
export const checkTimes = {
  /** Between two probes. */
  paceMs: 20,
  /** A way is tried again after so long, then after twice as long each time. */
  repeatMs: 100,
  repeatMostMs: 600,
  /** No way is tried any more. */
  checkingMs: 3000,
  /** The answerer begins earlier, by what its answer takes to the offerer, and does not know when that is over. */
  patienceMs: 6000,
  /** A better way than the first that answers is waited for so long. */
  choosingMs: 100,
  /** `use` is said again. */
  useMs: 250,
  /** Whether the pair still answers. */
  consentMs: 500,
  /** The same while it does not. */
  doubtMs: 250,
  lostMs: 2000,
  /** Nor has the oldest question an answer after so long: a computer that has slept asks before it gives up. */
  askedMs: 1000,
} as const;

/** How often `use` is said, at most. */
const usesMost = 8;
const probesMost = limits.laneProbes - usesMost;
/** So many in a row must be unanswered, too: while a computer is busy, answers wait to be heard. */
const lostProbes = 4;
/** How far numbers of the peer's may be behind its highest: more than it sends in all before a pair is in use. */
const heardBack = 128;
const kinds = ['host', 'mapped', 'learned'] as const;

/** What `happened` makes of `status`; an event that means nothing now changes nothing. */
export function step(status: ChecksStatus, happened: ChecksHappening, nowMs: number): ChecksStep {
  if (happened.type === 'due') return due(status, happened.random, nowMs);
  const { probe, from } = happened;
  if (!mayHear(status, from)) return quiet(status);
  return probe.type === 'answer' ? answered(status, probe, from, nowMs) : asked(status, probe, from, nowMs);
}

/** Whether anything that comes from there can mean something now: once a pair is in use, only what comes by it. */
export function mayHear({ phase, pair }: ChecksStatus, from: Endpoint): boolean {
  return phase === 'running' ? pair !== null && isSame(pair, from) : phase !== 'over';
}

/** When `due` is to happen next, unless something else does before; null when never. */
export function dueAtMs(status: ChecksStatus): number | null {
  switch (status.phase) {
    case 'checking':
      return Math.min(nextProbe(status)?.atMs ?? Number.POSITIVE_INFINITY, chooseAtMs(status), giveUpAtMs(status));
    case 'choosing':
      return status.sinceMs + usesSaid(status) * checkTimes.useMs;
    case 'running':
      return Math.min(consentAtMs(status), lostAtMs(status));
    case 'over':
      return null;
  }
}

function due(status: ChecksStatus, random: string, nowMs: number): ChecksStep {
  switch (status.phase) {
    case 'checking':
      return checking(status, random, nowMs);
    case 'choosing':
      return sayUse(status, random, nowMs);
    case 'running':
      return askConsent(status, random, nowMs);
    case 'over':
      return quiet(status);
  }
}

function checking(status: ChecksStatus, random: string, nowMs: number): ChecksStep {
  if (nowMs >= chooseAtMs(status)) return choose(status, random, nowMs);
  if (nowMs >= giveUpAtMs(status)) return end(status, 'no-path');
  const next = nextProbe(status);
  if (!next || nowMs < next.atMs) return quiet(status);
  const { way } = next;
  const waitMs = Math.min(checkTimes.repeatMs * 2 ** way.tries, checkTimes.repeatMostMs);
  const tried = withWay(status, way.to, { tries: way.tries + 1, dueMs: nowMs + waitMs });
  return send(tried, 'probe', way.to, random, nowMs);
}

/** The way that is to be tried next, and when; null when there is none, or all has been tried. */
function nextProbe(status: ChecksStatus): { way: Way; atMs: number } | null {
  if (status.sent >= probesMost) return null;
  const open = status.ways.filter(({ roundTripMs }) => roundTripMs === null);
  const way = open.reduce<Way | null>((first, each) => (first && first.dueMs <= each.dueMs ? first : each), null);
  if (!way) return null;
  const atMs = Math.max(way.dueMs, status.sentMs + checkTimes.paceMs);
  return atMs < status.sinceMs + checkTimes.checkingMs ? { way, atMs } : null;
}

/** When the offerer makes its choice, which is not before something has answered. */
function chooseAtMs({ role, ways, answeredMs, sinceMs }: ChecksStatus): number {
  if (role === 'answerer' || !answeredMs) return Number.POSITIVE_INFINITY;
  if (ways.every(({ roundTripMs }) => roundTripMs !== null)) return answeredMs.last;
  return Math.min(answeredMs.first + checkTimes.choosingMs, sinceMs + checkTimes.checkingMs);
}

function giveUpAtMs({ role, sinceMs }: ChecksStatus): number {
  return sinceMs + (role === 'offerer' ? checkTimes.checkingMs : checkTimes.patienceMs);
}

function choose(status: ChecksStatus, random: string, nowMs: number): ChecksStep {
  const open = status.ways.flatMap((way) => (way.roundTripMs === null ? [] : { ...way, roundTripMs: way.roundTripMs }));
  // Host addresses before mapped ones, and of one kind the quicker.
  const [best] = open.sort(
    (one, other) => kinds.indexOf(one.kind) - kinds.indexOf(other.kind) || one.roundTripMs - other.roundTripMs,
  );
  if (!best) return quiet(status);
  const chosen = {
    ...status,
    phase: 'choosing',
    sinceMs: nowMs,
    pair: best.to,
    roundTripMs: best.roundTripMs,
  } as const;
  return sayUse({ ...chosen, asked: [] }, random, nowMs);
}

function sayUse(status: ChecksStatus, random: string, nowMs: number): ChecksStep {
  const said = usesSaid(status);
  if (!status.pair || nowMs < status.sinceMs + said * checkTimes.useMs) return quiet(status);
  return said < usesMost ? send(status, 'use', status.pair, random, nowMs) : end(status, 'no-path');
}

function usesSaid({ asked: all }: ChecksStatus): number {
  return all.length;
}

function askConsent(status: ChecksStatus, random: string, nowMs: number): ChecksStep {
  if (nowMs >= lostAtMs(status)) return end(status, 'lost');
  if (!status.pair || nowMs < consentAtMs(status)) return quiet(status);
  return send(status, 'probe', status.pair, random, nowMs);
}

function consentAtMs({ asked: open, sentMs }: ChecksStatus): number {
  return sentMs + (open.length === 0 ? checkTimes.consentMs : checkTimes.doubtMs);
}

function lostAtMs({ asked: open, answeredMs, sinceMs }: ChecksStatus): number {
  const [oldest] = open;
  if (!oldest || open.length < lostProbes) return Number.POSITIVE_INFINITY;
  const answeredAtMs = Math.max(answeredMs?.last ?? sinceMs, sinceMs);
  return Math.max(answeredAtMs + checkTimes.lostMs, oldest.sentMs + checkTimes.askedMs);
}

/** An answer counts where one is waited for, and from where it was asked for. */
function answered(status: ChecksStatus, { transaction }: Probe, from: Endpoint, nowMs: number): ChecksStep {
  const at = status.asked.findIndex((each) => each.transaction === transaction && isSame(each.to, from));
  const open = status.asked[at];
  if (!open) return quiet(status);
  const roundTripMs = nowMs - open.sentMs;
  const answeredMs = { first: status.answeredMs?.first ?? nowMs, last: nowMs };
  const next = { ...status, answeredMs };
  switch (status.phase) {
    case 'checking':
      return quiet(withWay(next, from, { roundTripMs }));
    case 'choosing':
      return use(next, from, nowMs);
    default:
      // What went before it is forgotten: that this one has come back is all there is to know.
      return quiet({ ...next, roundTripMs, asked: status.asked.slice(at + 1) });
  }
}

function asked(status: ChecksStatus, probe: Probe, from: Endpoint, nowMs: number): ChecksStep {
  const heard = hear(status.heard, Number.parseInt(probe.transaction.slice(0, numberDigits), 16));
  if (!heard) return quiet(status);
  const next = { ...status, heard };
  const answer = (now: ChecksStatus): ChecksStep => ({
    status: now,
    acts: [{ do: 'send', probe: { type: 'answer', transaction: probe.transaction }, to: from }],
  });
  if (probe.type === 'probe') return inTurn(trigger(next, from, nowMs), answer);
  if (status.role === 'offerer') return quiet(next);
  return status.pair ? answer(next) : inTurn(next, (now) => use(now, from, nowMs), answer);
}

/** A way by which a probe came is tried at once; one that nobody has named is learned. */
function trigger(status: ChecksStatus, from: Endpoint, nowMs: number): ChecksStatus {
  if (status.phase !== 'checking') return status;
  if (status.ways.some(({ to }) => isSame(to, from))) return withWay(status, from, { dueMs: nowMs });
  if (status.ways.filter(({ kind }) => kind === 'learned').length >= limits.laneEndpoints) return status;
  const learned: Way = { to: from, kind: 'learned', tries: 0, dueMs: nowMs, roundTripMs: null };
  return { ...status, ways: [...status.ways, learned] };
}

function use(status: ChecksStatus, pair: Endpoint, nowMs: number): ChecksStep {
  const acts: ChecksAct[] = [{ do: 'use', pair }];
  return { status: { ...status, phase: 'running', sinceMs: nowMs, pair, asked: [], ways: [] }, acts };
}

function end(status: ChecksStatus, why: 'no-path' | 'lost'): ChecksStep {
  return { status: { ...status, phase: 'over', asked: [], ways: [] }, acts: [{ do: 'end', why }] };
}

const numberDigits = 8;

function send(status: ChecksStatus, type: ProbeType, to: Endpoint, random: string, nowMs: number): ChecksStep {
  const transaction = status.sent.toString(16).padStart(numberDigits, '0') + random;
  const open: Asked = { type, transaction, to, sentMs: nowMs };
  return {
    status: { ...status, sent: status.sent + 1, sentMs: nowMs, asked: [...status.asked, open] },
    acts: [{ do: 'send', probe: { type, transaction }, to }],
  };
}

/** Null when it has been heard before, or is so old that nobody knows. */
function hear({ highest, recent }: Heard, number: number): Heard | null {
  if (number <= highest - heardBack || recent.includes(number)) return null;
  const now = Math.max(highest, number);
  return { highest: now, recent: [...recent.filter((each) => each > now - heardBack), number] };
}

function withWay(status: ChecksStatus, to: Endpoint, change: Partial<Way>): ChecksStatus {
  return { ...status, ways: status.ways.map((way) => (isSame(way.to, to) ? { ...way, ...change } : way)) };
}

function isSame(one: Endpoint, other: Endpoint): boolean {
  return one.address === other.address && one.port === other.port;
}
