import { inTurn, quiet, type Step } from '../shared/in-turn.ts';
import { limits } from '../shared/protocol/limits.ts';
import type { ReasonCode } from '../shared/reasons.ts';
import {
  type Departure,
  isCrowded,
  isRetired,
  type Member,
  type MembersAct,
  type MembersHappening,
  type MembersStatus,
  memberOf,
  spareMember,
} from './members-state.ts';

/**
 * The state machine of a room's list of members: `step` takes what happened and answers with the new status and what is to
 * be done, in order. Whoever runs it owns the pairs.
 */
type MembersStep = Step<MembersStatus, MembersAct>;

/** How many sessions that are over, or speak another version, are remembered. */
export const rememberedSessions = 256;

/** What `happened` makes of `status`; an event that means nothing now changes nothing. */
export function step(status: MembersStatus, happened: MembersHappening, nowMs: number): MembersStep {
  switch (happened.type) {
    case 'proven':
      return proven(status, happened, nowMs);
    case 'full':
      return shown({ ...status, full: true });
    case 'unreadable':
      return shown({ ...status, otherVersionUntilMs: nowMs + status.timings.forgetMs });
    case 'other-version':
      return otherVersion(status, happened, nowMs);
    case 'admitted':
      return inTurn(status, ...happened.keys.map(admit));
    case 'carrier-lost':
      return quiet(loseCarrier(status, happened.carrier, nowMs));
    case 'sweep':
      return sweep(status, nowMs);
  }
  const member = memberOf(status, happened.session);
  if (!member) return quiet(status);
  switch (happened.type) {
    case 'pair':
      return quiet(change(status, member, { pair: happened.facts }));
    case 'linked':
      return linked(status, member, happened.key);
    case 'loss':
      // Attempts with somebody who is gone fail again and again: that is no sign of them.
      return quiet(member.pair.linked ? change(status, member, { unlinkedMs: nowMs }) : status);
    case 'unwanted':
      return unwanted(status, member, happened);
    case 'expel':
      return expel(status, member);
    case 'heard':
      return quiet(change(status, member, { heardMs: nowMs, carriers: withOne(member.carriers, happened.carrier) }));
    case 'gone':
      return gone(status, member, happened.carrier, nowMs);
    case 'bye':
      return inTurn(depart(status, member, 'peer-left', nowMs), retire(member));
  }
}

function proven(
  status: MembersStatus,
  { session, name, newcomer }: { session: string; name: string; newcomer: boolean },
  nowMs: number,
): MembersStep {
  if (isRetired(status, session)) return quiet(status);
  const begun = acts({ do: 'begin', session }, { do: 'show' });
  const roomy = { ...status, full: false };
  const member = memberOf(status, session);
  if (member) return inTurn(change(roomy, member, { name }), begun);
  const spare = isCrowded(status) ? spareMember(status, nowMs) : undefined;
  if (isCrowded(status) && !spare) return quiet(status);
  const added: Member = {
    session,
    name,
    newcomer,
    carriers: [],
    carrierLostMs: nowMs,
    heardMs: nowMs,
    unlinkedMs: nowMs,
    unwanted: null,
    pair: { linked: false, key: null, name: null, reason: null },
  };
  return inTurn(
    roomy,
    spare ? makeWay(spare, nowMs) : quiet,
    (next) => ({ status: { ...next, members: [...next.members, added] }, acts: [{ do: 'open', session }] }),
    begun,
  );
}

function makeWay(spare: Member, nowMs: number): (status: MembersStatus) => MembersStep {
  return (status) => (spare.unwanted ? drop(spare)(status) : vanish(status, spare, nowMs));
}

function linked(status: MembersStatus, member: Member, key: string): MembersStep {
  // They are here again, under whichever session.
  const departed = status.departed.filter((departure) => departure.key !== key);
  return inTurn({ ...status, departed }, retireOthers(member, key), acts({ do: 'saw', key }));
}

function unwanted(status: MembersStatus, member: Member, { key, why }: { key: string; why: ReasonCode }): MembersStep {
  return inTurn(
    change(status, member, { unwanted: { key, why } }),
    retireOthers(member, key),
    why === 'room-locked' ? acts({ do: 'count-kept-out', key }) : quiet,
    acts({ do: 'show' }),
  );
}

function expel(status: MembersStatus, member: Member): MembersStep {
  const { session, pair } = member;
  if (pair.key === null) return quiet(status);
  return {
    status: change(status, member, { unwanted: { key: pair.key, why: 'removed' } }),
    acts: [
      { do: 'bar', key: pair.key, session, name: pair.name ?? member.name },
      { do: 'expel', session },
    ],
  };
}

function admit(key: string): (status: MembersStatus) => MembersStep {
  return (status) =>
    inTurn(
      status,
      ...status.members
        .filter((member) => member.unwanted?.key === key)
        .map((member) => (next: MembersStatus) => ({
          status: change(next, member, { unwanted: null }),
          acts: [{ do: 'let-in', session: member.session } as const],
        })),
    );
}

function gone(status: MembersStatus, member: Member, carrier: string, nowMs: number): MembersStep {
  const carriers = member.carriers.filter((each) => each !== carrier);
  const left = change(status, member, { carriers });
  return carriers.length === 0 && !member.pair.linked ? vanish(left, member, nowMs) : quiet(left);
}

/** Whose will it would have handed on meanwhile is not known: who is still there is heard there again. */
function loseCarrier(status: MembersStatus, carrier: string, nowMs: number): MembersStatus {
  const members = status.members.map((member) =>
    member.carriers.includes(carrier)
      ? { ...member, carriers: member.carriers.filter((each) => each !== carrier), carrierLostMs: nowMs }
      : member,
  );
  return { ...status, members };
}

function otherVersion(
  status: MembersStatus,
  { session, to }: { session: string; to: string | null },
  nowMs: number,
): MembersStep {
  const troubled = { ...status, otherVersionUntilMs: nowMs + status.timings.forgetMs };
  // What was not for everybody was an answer to us: answering that would go on forever.
  if (to !== null || status.toldVersion.includes(session)) return shown(troubled);
  return inTurn(
    { ...troubled, toldVersion: remember(status.toldVersion, session) },
    shown,
    acts({ do: 'refuse-version', session }),
  );
}

/** Lets go of members who vanished without a word, of those who left long ago, and of trouble that is over. */
function sweep(status: MembersStatus, nowMs: number): MembersStep {
  const departed = status.departed.filter(({ untilMs }) => untilMs > nowMs);
  const calm = status.otherVersionUntilMs !== null && status.otherVersionUntilMs <= nowMs;
  const over = calm || departed.length < status.departed.length;
  const swept = { ...status, departed, otherVersionUntilMs: calm ? null : status.otherVersionUntilMs };
  return inTurn(swept, over ? shown : quiet, ...status.members.map((member) => sweepOne(member, nowMs)));
}

function sweepOne(member: Member, nowMs: number): (status: MembersStatus) => MembersStep {
  return (status) => {
    if (member.pair.linked) return quiet(status);
    const { attemptMs, forgetMs } = status.timings;
    // While they cannot be linked, carriers alone say whether they are here.
    const isBarred = member.unwanted !== null || member.pair.reason === 'removed';
    const heardMs = isBarred ? nowMs : member.heardMs;
    const uncarriedMs = nowMs - Math.max(member.unlinkedMs, member.carrierLostMs);
    const uncarried = member.carriers.length === 0 && uncarriedMs >= attemptMs;
    if (uncarried || nowMs - Math.max(heardMs, member.unlinkedMs) >= forgetMs) return vanish(status, member, nowMs);
    return quiet(isBarred ? change(status, member, { heardMs }) : status);
  };
}

function vanish(status: MembersStatus, member: Member, nowMs: number): MembersStep {
  return drop(member)(depart(status, member, 'peer-away', nowMs));
}

/** Somebody without a key was never met and is not missed; of somebody removed one does not wonder where they are. */
function depart(status: MembersStatus, member: Member, why: Departure['why'], nowMs: number): MembersStatus {
  const { session, pair } = member;
  const { key } = pair;
  if (key === null || member.unwanted?.why === 'removed') return status;
  const name = pair.name ?? member.name;
  const departure = { key, session, name, why, untilMs: nowMs + status.timings.forgetMs };
  const others = status.departed.filter((other) => other.key !== key);
  return { ...status, departed: [...others, departure].slice(-limits.roomMembers) };
}

/** The same person under another session: their page was reloaded, and the old session is never coming back. */
function retireOthers(member: Member, key: string): (status: MembersStatus) => MembersStep {
  return (status) =>
    inTurn(
      status,
      ...status.members
        .filter((other) => other.session !== member.session && (other.unwanted?.key ?? other.pair.key) === key)
        .map(retire),
    );
}

/** Its session is over: it said so, or has another one. */
function retire(member: Member): (status: MembersStatus) => MembersStep {
  return (status) => drop(member)({ ...status, retired: remember(status.retired, member.session) });
}

function drop({ session }: Member): (status: MembersStatus) => MembersStep {
  return (status) => ({
    status: { ...status, members: status.members.filter((member) => member.session !== session) },
    acts: [{ do: 'close', session }, { do: 'show' }],
  });
}

function change(status: MembersStatus, { session }: Member, to: Partial<Member>): MembersStatus {
  const members = status.members.map((member) => (member.session === session ? { ...member, ...to } : member));
  return { ...status, members };
}

function withOne(list: readonly string[], one: string): readonly string[] {
  return list.includes(one) ? list : [...list, one];
}

function remember(list: readonly string[], session: string): readonly string[] {
  return [...list.filter((each) => each !== session), session].slice(-rememberedSessions);
}

function shown(status: MembersStatus): MembersStep {
  return { status, acts: [{ do: 'show' }] };
}

function acts(...what: MembersAct[]): (status: MembersStatus) => MembersStep {
  return (status) => ({ status, acts: what });
}
