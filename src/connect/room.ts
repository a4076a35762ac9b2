import { limits } from '../shared/protocol/limits.ts';
import { cleanName } from '../shared/protocol/peer-name.ts';
import type { Signal } from '../shared/protocol/signal.ts';
import type { Reason, ReasonCode } from '../shared/reasons.ts';
import { openGuard } from '../shared/room-guard.ts';
import type { BrokerView, MemberView, NetworkView } from '../shared/views.ts';
import { createBoundedSet } from './bounded.ts';
import type { CarrierPlan } from './carrier.ts';
import { createCounters } from './counters.ts';
import { createDeadline } from './deadline.ts';
import { createDeparted, type DepartureReason } from './departed.ts';
import { createGuard } from './guard.ts';
import type { Link } from './link.ts';
import { isSeen, type Member, memberView } from './member.ts';
import { createPair } from './pair.ts';
import { createPresence, type Presence } from './presence.ts';
import type { Room, RoomOptions } from './room-contract.ts';
import type { RoomFacts } from './room-facts.ts';
import type { Sealing } from './sealing.ts';
import { createSignaling, type Signaling } from './signaling.ts';
import { type Timings, usualTimings } from './timings.ts';

export type { Link, LinkHandlers } from './link.ts';
export type { Room, RoomOptions } from './room-contract.ts';

/** Joins at once; carriers that cannot be reached are tried again until `leave`. */
export function joinRoom(options: RoomOptions): Room {
  const timings: Timings = { ...usualTimings, ...options.timings };
  const { world } = options;
  const { clock, cryptography, random } = world;
  const { randomId } = cryptography;
  const counters = createCounters();
  let name = nameOf(options.name);
  const members = new Map<string, Member>();
  /** Sessions that have said goodbye or whose person came back under another. */
  const retired = createBoundedSet(256);
  const departed = createDeparted(clock, timings.forgetMs);
  const guard = createGuard({
    saved: options.guard ?? openGuard,
    clock,
    wallMs: world.wallMs,
    counters,
    linked: () => [...members.values()].flatMap(({ pair }) => (pair.linked && pair.view.key) || []),
    say(word) {
      for (const { pair } of members.values()) pair.say(word);
    },
    onChange: guardChanged,
  });
  const refusedVersions = createBoundedSet(256);
  let left = false;
  let isFull = false;
  /** It could not be joined at all, and why. */
  let unable: Reason | null = null;
  /** Until then somebody with another version counts as trouble. */
  let versionTroubleUntilMs = 0;
  let shown = false;
  let shownTrouble: NetworkView['trouble'] = null;
  let signaling: Signaling | null = null;
  let presence: Presence | null = null;
  let facts: RoomFacts | null = null;
  let stopSweep = (): void => undefined;

  function show(): void {
    if (shown || left) return;
    shown = true;
    queueMicrotask(() => {
      shown = false;
      if (left) return;
      const now = view();
      shownTrouble = now.trouble;
      options.onNetwork(now);
    });
  }

  function view(): NetworkView {
    return {
      brokers: signaling ? [...signaling.views] : options.carriers.map(notOpened),
      members: [
        ...[...members.values()].filter((member) => isSeen(member, guard)).map(memberView),
        ...guard.removedViews(),
        ...departedViews(),
      ],
      trouble: trouble(),
    };
  }

  /** Until there is a session to announce, no carrier is tried. */
  function notOpened({ id }: CarrierPlan): BrokerView {
    return { url: id, state: unable ? 'waiting' : 'connecting', reason: unable };
  }

  function trouble(): Reason | null {
    if (unable) return unable;
    if (isFull && members.size === 0) return { code: 'room-full', detail: { members: limits.roomMembers } };
    return clock.now() < versionTroubleUntilMs ? { code: 'version-unknown' } : null;
  }

  /** Those who may just be on their way back, under the same name, are not shown twice. */
  function departedViews(): MemberView[] {
    const coming = new Set([...members.values()].filter(({ pair }) => pair.view.key === null).map(({ name }) => name));
    return departed.views().filter(({ name }) => !coming.has(name));
  }

  function guardChanged(): void {
    if (left) return;
    for (const member of members.values()) {
      if (member.unwanted === null || guard.refusal(member.unwanted)) continue;
      member.unwanted = null;
      member.pair.letIn();
    }
    options.onGuard?.(guard.saved);
    options.onGuardView?.(guard.view);
    show();
  }

  function onUnwanted(member: Member, key: string, reason: ReasonCode): void {
    member.unwanted = key;
    retireOthers(member.session, key);
    if (reason === 'room-locked') guard.keptOut(key);
    show();
  }

  /** The same person under another session: their page was reloaded, and the old session is never coming back. */
  function retireOthers(session: string, key: string): void {
    for (const other of [...members.values()]) {
      if (other.session !== session && (other.unwanted ?? other.pair.view.key) === key) retire(other);
    }
  }

  /** Of somebody removed one does not wonder where they are. */
  function depart(member: Member, reason: DepartureReason): void {
    const view = memberView(member);
    if (view.key !== null && !guard.hasRemoved(view.key)) departed.add(view, reason);
  }

  function remove(member: Member): void {
    members.delete(member.session);
    presence?.settle(member.session);
    member.pair.close();
    show();
  }

  /** Its session is over: it said so, or has another one. */
  function retire(member: Member): void {
    retired.add(member.session);
    remove(member);
  }

  function onBye(member: Member): void {
    depart(member, 'peer-left');
    retire(member);
  }

  function onProven(session: string, told: string, newcomer: boolean): void {
    if (!facts) return;
    isFull = false;
    let member = members.get(session);
    if (!member) {
      const nowMs = clock.now();
      const spare = isCrowded() ? unwantedMember() : undefined;
      if (spare) remove(spare);
      const pair = createPair({
        room: facts,
        session,
        onView: show,
        onLink: (link) => onLink(session, link),
        onWord: (word, { key, name }) => guard.hear({ key, session, name }, word),
        onUnwanted(key, reason) {
          const refused = members.get(session);
          if (refused) onUnwanted(refused, key, reason);
        },
        onBye: () => {
          const gone = members.get(session);
          if (gone) onBye(gone);
        },
        onLoss: () => {
          const alive = members.get(session);
          if (alive) alive.unlinkedMs = clock.now();
        },
      });
      const carriers = new Set<string>();
      member = { session, name: told, pair, carriers, newcomer, unwanted: null, heardMs: nowMs, unlinkedMs: nowMs };
      members.set(session, member);
    }
    member.name = told;
    member.pair.begin();
    show();
  }

  function onLink(session: string, link: Link): void {
    presence?.settle(session);
    departed.delete(link.key);
    options.onLink(link);
    retireOthers(session, link.key);
    guard.saw(link.key);
  }

  function isCrowded(): boolean {
    return members.size + 1 >= limits.roomMembers;
  }

  /** Whoever is not let in makes way for somebody who may be. */
  function unwantedMember(): Member | undefined {
    return [...members.values()].find(({ unwanted }) => unwanted !== null);
  }

  function onSignal(from: string, signal: Signal, carrier: string): boolean {
    if (!presence || left) return false;
    if (retired.has(from)) {
      counters.count('signalRetired');
      return true;
    }
    const member = members.get(from);
    if (member && signal.type !== 'gone') {
      member.heardMs = clock.now();
      member.carriers.add(carrier);
    }
    switch (signal.type) {
      case 'announce':
        return presence.onAnnounce(from, signal);
      case 'challenge':
        return heard(from, carrier, presence.onChallenge(from, signal));
      case 'response':
        return heard(from, carrier, presence.onResponse(from, signal));
      case 'refuse':
        if (signal.reason === 'version-unknown') versionTroubleUntilMs = clock.now() + timings.forgetMs;
        else if (signal.echo !== null && presence.isOurNonce(signal.echo)) isFull = true;
        show();
        return true;
    }
    if (!member) {
      counters.count('signalUnproven');
      if (signal.type === 'offer' || signal.type === 'retry') presence.onStranger();
      // When it is sent again, its sender may have proven itself.
      return false;
    }
    switch (signal.type) {
      case 'offer':
        presence.settle(from);
        member.pair.onOffer(signal.link, signal.sdp);
        return true;
      case 'answer':
        presence.settle(from);
        member.pair.onAnswer(signal.link, signal.sdp);
        return true;
      case 'candidates':
        member.pair.onCandidates(signal.link, signal.candidates, signal.end);
        return true;
      case 'retry':
        presence.settle(from);
        member.pair.onRetry(signal.last);
        return true;
      case 'bye':
        onBye(member);
        return true;
      case 'gone':
        member.carriers.delete(carrier);
        if (member.carriers.size === 0 && !member.pair.linked) vanish(member);
        return true;
    }
  }

  function heard(from: string, carrier: string, worth: boolean): boolean {
    members.get(from)?.carriers.add(carrier);
    return worth;
  }

  function onVersionUnknown(from: string, to: string | null): void {
    versionTroubleUntilMs = clock.now() + timings.forgetMs;
    show();
    // What was not for everybody was an answer to us: answering that would go on forever.
    if (to !== null || refusedVersions.has(from)) return;
    refusedVersions.add(from);
    void signaling?.tell({ type: 'refuse', to: from, echo: null, reason: 'version-unknown' });
  }

  function vanish(member: Member): void {
    depart(member, 'peer-away');
    remove(member);
  }

  /** Lets go of members who vanished without a word, of those who left long ago, and of trouble that is over. */
  function sweep(): void {
    if (shownTrouble && !view().trouble) show();
    if (departed.sweep()) show();
    for (const member of [...members.values()]) {
      if (member.pair.linked) continue;
      const nowMs = clock.now();
      // While they cannot be linked, carriers alone say whether they are here.
      if (member.unwanted !== null || member.pair.view.reason === 'removed') member.heardMs = nowMs;
      const uncarried = member.carriers.size === 0 && nowMs - member.unlinkedMs >= timings.attemptMs;
      if (uncarried || nowMs - Math.max(member.heardMs, member.unlinkedMs) >= timings.forgetMs) vanish(member);
    }
    stopSweep = clock.after(timings.attemptMs / 2, sweep);
  }

  async function start(): Promise<void> {
    let sealing: Sealing;
    try {
      sealing = await cryptography.createSealing(options.topic, options.sealingKey);
    } catch (error) {
      counters.fail(error);
      unable = { code: 'browser-unable' };
      return show();
    }
    if (left) return;
    const talk = createSignaling({
      topic: options.topic,
      carriers: options.carriers,
      sealing,
      clock,
      timings,
      counters,
      random,
      randomId,
      onSignal,
      onVersionUnknown,
      onUp: (carrier) => presence?.onUp(carrier),
      onDown: () => presence?.onDown(),
      onView: show,
    });
    signaling = talk;
    facts = {
      topic: options.topic,
      session: sealing.session,
      get name() {
        return name;
      },
      iceServers: options.iceServers,
      world,
      timings,
      counters,
      gate: guard,
      sign: (transcript) => options.sign(transcript),
      post: (body) => talk.post(body),
    };
    presence = createPresence({
      name: () => name,
      signaling: talk,
      clock,
      timings,
      counters,
      random,
      randomId,
      isLinked: (session) => members.get(session)?.pair.linked ?? false,
      isAlone: () => members.size === 0,
      hasPlaceFor: (session) => members.has(session) || !isCrowded() || unwantedMember() !== undefined,
      onProven,
    });
    sweep();
    show();
  }

  const started = start();
  show();
  options.onGuardView?.(guard.view);

  return {
    async leave() {
      if (left) return;
      left = true;
      await started;
      stopSweep();
      presence?.close();
      const late = createDeadline(clock, timings.goodbyeMs);
      // On the links first: a goodbye that comes by a broker closes them, and what main said last may still be on its way.
      await late.wait(Promise.all([...members.values()].map(({ pair }) => pair.bye())));
      await late.wait(signaling?.tell({ type: 'bye' }) ?? Promise.resolve());
      late.stop();
      for (const member of members.values()) member.pair.close();
      members.clear();
      await signaling?.close();
    },
    rename(given) {
      const next = nameOf(given);
      if (next === name) return;
      name = next;
      for (const { pair } of members.values()) pair.rename();
    },
    lock: (locked) => guard.lock(locked),
    remove(session) {
      const member = members.get(session);
      if (!member) return;
      const { key, name } = memberView(member);
      if (key === null) return;
      member.unwanted = key;
      guard.remove({ key, session, name });
      member.pair.expel();
    },
    letBack(key) {
      const here = [...members.values()].some(({ unwanted }) => unwanted === key);
      if (guard.letBack(key) && !here) presence?.onStranger();
    },
    renew(code, sessions) {
      for (const session of sessions) members.get(session)?.pair.say({ type: 'renew', code });
    },
    answered: (key) => guard.answered(key),
    diagnostics: () => ({
      session: facts?.session ?? null,
      counters: counters.snapshot(),
      lastFailure: counters.lastFailure,
      members: [...members.values()].map(({ session, pair }) => ({ session, ...pair.diagnosis() })),
    }),
  };
}

function nameOf(given: string): string {
  return cleanName(given) || 'Roomdrop';
}
