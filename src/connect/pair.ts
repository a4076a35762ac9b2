import type { Candidate } from '../shared/protocol/signal.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import { runMachine } from '../shared/run-machine.ts';
import type { MemberView } from '../shared/views.ts';
import type { Attempt, AttemptDiagnosis } from './attempt.ts';
import { type Connection, createConnection } from './connection.ts';
import { createEarlyCandidates } from './early-candidates.ts';
import type { RoomWord } from './guard.ts';
import type { Proven } from './handshake.ts';
import type { Link, RunningLink } from './link.ts';
import { step } from './pair-machine.ts';
import { initialPair, type PairAct, type PairHappening, type PairStatus, pairState, placeFor } from './pair-state.ts';
import type { PathFacts } from './path.ts';
import type { RoomFacts } from './room-facts.ts';
import { readSdp, type SdpFacts } from './sdp.ts';

/** The connection with one member, over as many attempts as it takes: runs the machine of `pair-machine.ts`. */
export interface Pair {
  readonly view: PairView;
  /** A link's hello has verified and it has not ended. */
  readonly linked: boolean;
  /** The member is live now: an attempt begins, unless there is a link or a fresh attempt. */
  begin(): void;
  onOffer(link: string, sdp: string): void;
  onAnswer(link: string, sdp: string): void;
  onCandidates(link: string, candidates: readonly (Candidate | null)[], end: boolean): void;
  onRetry(last: string | null): void;
  /** Tells the member how this side is called now; `RoomFacts.name` has changed already. */
  rename(): void;
  /** `RoomFacts.linkTerms` have changed already: a link is made anew whose hello has not named what one would name now. */
  onTerms(): void;
  /** On the link, if there is one. */
  say(word: RoomWord): void;
  /** Ends the link, as of somebody who is removed, and begins no other until they are let in. */
  expel(): void;
  /** Tries anew, at once, with somebody who was refused or expelled. */
  letIn(): void;
  /** Says goodbye on the link, if there is one, and begins no other. */
  bye(): Promise<void>;
  close(): void;
  diagnosis(): PairDiagnosis;
}

export type PairView = Pick<MemberView, 'state' | 'key' | 'path' | 'roundTripMs'> & {
  readonly name: string | null;
  readonly reason: ReasonCode | null;
};

export interface PairDiagnosis {
  readonly attempts: readonly AttemptDiagnosis[];
  readonly path: PathFacts | null;
}

export interface PairOptions {
  readonly room: RoomFacts;
  /** The member's session id. */
  readonly session: string;
  onView(): void;
  /** The hello has verified; called before the link that it replaces is closed. */
  onLink(link: Link): void;
  onWord(word: RoomWord, from: Proven): void;
  /** This side will not have the installation that the member has proven to be: it is the member who tries again. */
  onUnwanted(key: string, reason: ReasonCode): void;
  /** The member said goodbye on the link. */
  onBye(): void;
  /** An attempt or link has ended without a link to take its place. */
  onLoss(): void;
}

const diagnosedAttempts = 8;

export function createPair(options: PairOptions): Pair {
  const { room, session } = options;
  const { counters } = room;
  const { clock, cryptography, random } = room.world;
  const { randomId } = cryptography;
  /** Those that the machine has begun and not ended, by link id. */
  const connections = new Map<string, Connection>();
  const early = createEarlyCandidates(counters);
  const recent: Attempt[] = [];
  const machine = runMachine<PairStatus, PairHappening, PairAct>({
    initial: initialPair(room.session > session, room.timings),
    step: (status, happened) => step(status, happened, clock.now()),
    perform,
    onChange: options.onView,
  });
  const { happen } = machine;
  let settle = (): void => undefined;

  function perform(act: PairAct): void {
    if (act.do === 'attempt') connect(act.linkId, act.offer);
    else if (act.do === 'end') end(act.linkId, act.afterMs);
    else if (act.do === 'adopt') {
      const adopted = connections.get(act.linkId)?.adopt();
      if (adopted) options.onLink(adopted.link);
    } else if (act.do === 'start') {
      connections.get(act.linkId)?.start();
      // They may have changed while its hello was on its way.
      keepToTerms();
    } else if (act.do === 'expel') {
      connections.get(act.linkId)?.expel();
      connections.delete(act.linkId);
    } else if (act.do === 'wait') {
      const due = (): void => happen({ type: 'due', linkId: randomId() });
      settle = clock.after(act.leastMs + act.spreadMs * random(), due);
    } else if (act.do === 'ask') settle = room.post({ type: 'retry', to: session, last: act.last });
    else if (act.do === 'settle') settle();
    else if (act.do === 'tell-loss') options.onLoss();
    else if (act.do === 'tell-bye') options.onBye();
    else if (act.do === 'tell-unwanted') options.onUnwanted(act.key, act.why);
    else counters.count(act.counter);
  }

  function connect(linkId: string, offer: SdpFacts | null): void {
    const connection = createConnection({
      room,
      linkId,
      session,
      offer,
      onFailed: (why) => happen({ type: 'failed', linkId, why }),
      onProven: (person) => happen({ type: 'proven', linkId, person }),
      onRefused: (why, told, unwanted) => happen({ type: 'refused', linkId, why, told, unwanted }),
      onPath: options.onView,
      onName: (name) => happen({ type: 'renamed', name }),
      onWord: (word, from) => options.onWord(word, machine.status.proven ?? from),
      onLost: (how) => happen({ type: 'lost', linkId, end: how }),
    });
    connections.set(linkId, connection);
    recent.push(connection.attempt);
    if (recent.length > diagnosedAttempts) recent.shift();
    const kept = early.take(linkId);
    if (kept) connection.attempt.candidates(kept.candidates, kept.ended);
  }

  function end(linkId: string, afterMs: number): void {
    const connection = connections.get(linkId);
    connections.delete(linkId);
    if (!connection) return;
    if (afterMs > 0) clock.after(afterMs, connection.close);
    else connection.close();
  }

  function keepToTerms(): void {
    const connection = connections.get(machine.status.link?.linkId ?? '');
    if (!connection) return;
    const all = room.linkTerms.capabilities.every((each) => connection.capabilities.includes(each));
    if (!all) happen({ type: 'outdated', linkId: randomId() });
  }

  function running(): RunningLink | null {
    const { link } = machine.status;
    return (link && connections.get(link.linkId)?.link) ?? null;
  }

  return {
    get view() {
      const { status } = machine;
      const path = running()?.path ?? null;
      return {
        state: pairState(status),
        key: status.proven?.key ?? null,
        name: status.proven?.name ?? null,
        path: path?.path ?? null,
        roundTripMs: path?.roundTripMs ?? null,
        reason: status.reason,
      };
    },
    get linked() {
      return machine.status.link !== null;
    },
    begin: () => happen({ type: 'alive', linkId: randomId() }),
    onOffer: (linkId, sdp) => happen({ type: 'offer', linkId, offer: readSdp(sdp) }),
    onAnswer(linkId, sdp) {
      if (machine.status.attempt?.linkId === linkId) connections.get(linkId)?.attempt.answer(sdp);
      else counters.count('signalStale');
    },
    onCandidates(linkId, candidates, ended) {
      const place = placeFor(machine.status, linkId);
      if (place === 'attempt') connections.get(linkId)?.attempt.candidates(candidates, ended);
      else if (place === 'early') early.add(linkId, candidates, ended);
      else counters.count('candidateStale', candidates.length);
    },
    onRetry: (last) => happen({ type: 'retry', last, linkId: randomId() }),
    rename: () => running()?.control.say({ type: 'rename', name: room.name }),
    onTerms: keepToTerms,
    say: (word) => running()?.control.say(word),
    expel: () => happen({ type: 'expel' }),
    letIn: () => happen({ type: 'let-in' }),
    async bye() {
      happen({ type: 'give-up' });
      await running()?.bye();
    },
    close: () => happen({ type: 'close' }),
    diagnosis: () => ({ attempts: recent.map((one) => one.diagnosis()), path: running()?.path ?? null }),
  };
}
