import { cleanName } from '../shared/protocol/peer-name.ts';
import type { Reason } from '../shared/reasons.ts';
import { openGuard } from '../shared/room-guard.ts';
import type { BrokerView, NetworkView } from '../shared/views.ts';
import type { CarrierPlan } from './carrier.ts';
import { createCounters } from './counters.ts';
import { createDeadline } from './deadline.ts';
import { createGuard } from './guard.ts';
import { usualLinkTerms } from './link-terms.ts';
import { createMembers } from './members.ts';
import { troubleOf } from './members-state.ts';
import type { Room, RoomOptions } from './room-contract.ts';
import { openSession, type Session } from './room-session.ts';
import type { Sealing } from './sealing.ts';
import { type Timings, usualTimings } from './timings.ts';

export type { Link, LinkHandlers } from './link.ts';
export type { Room, RoomOptions } from './room-contract.ts';

/** Joins at once; carriers that cannot be reached are tried again until `leave`. */
export function joinRoom(options: RoomOptions): Room {
  const timings: Timings = { ...usualTimings, ...options.timings };
  const { clock, cryptography, wallMs } = options.world;
  const counters = createCounters();
  let name = nameOf(options.name);
  let linkTerms = options.linkTerms ?? usualLinkTerms;
  let session: Session | null = null;
  /** It could not be joined at all, and why. */
  let unable: Reason | null = null;
  let left = false;
  let stopSweep = (): void => undefined;
  const show = oncePerTurn(() => {
    if (!left) options.onNetwork(view());
  });
  const guard = createGuard({
    saved: options.guard ?? openGuard,
    clock,
    wallMs,
    counters,
    linked: () => members.linkedKeys,
    say: (word) => members.say(word),
    onChange: guardChanged,
  });
  const members = createMembers({
    clock,
    timings,
    guard,
    facts: () => session?.facts ?? null,
    onLink: options.onLink,
    onView: show,
    onSettled: (member) => session?.presence.settle(member),
    refuseVersion(other) {
      void session?.signaling.tell({ type: 'refuse', to: other, echo: null, reason: 'version-unknown' });
    },
  });

  function view(): NetworkView {
    return {
      brokers: session ? [...session.signaling.views] : options.carriers.map(notOpened),
      members: members.views(),
      trouble: unable ?? troubleOf(members.status, clock.now()),
    };
  }

  /** Until there is a session to announce, no carrier is tried. */
  function notOpened({ id }: CarrierPlan): BrokerView {
    return { url: id, state: unable ? 'waiting' : 'connecting', reason: unable };
  }

  function guardChanged(): void {
    if (left) return;
    const refused = members.status.members.flatMap(({ unwanted }) => unwanted?.key ?? []);
    members.happen({ type: 'admitted', keys: refused.filter((key) => !guard.refusal(key)) });
    options.onGuard?.(guard.saved);
    options.onGuardView?.(guard.view);
    show();
  }

  async function within(ms: number, said: Promise<void>): Promise<void> {
    const late = createDeadline(clock, ms);
    await late.wait(said);
    late.stop();
  }

  function sweep(): void {
    members.happen({ type: 'sweep' });
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
    session = openSession({
      room: options,
      sealing,
      timings,
      counters,
      guard,
      members,
      name: () => name,
      linkTerms: () => linkTerms,
      isHere: () => !left,
      onView: show,
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
      session?.presence.close();
      // On the links first: a goodbye that comes by a broker closes them, and what main said last may still be on its way.
      await within(timings.goodbyeMs / 2, members.bye());
      // In a time of its own: on a link that is dead the first one waits in vain, and carriers that are left in order say nothing.
      await within(timings.goodbyeMs / 2, session?.signaling.tell({ type: 'bye' }) ?? Promise.resolve());
      members.close();
      await session?.signaling.close();
    },
    rename(given) {
      const next = nameOf(given);
      if (next === name) return;
      name = next;
      members.rename();
    },
    setLinkTerms(terms) {
      linkTerms = terms;
      members.onTerms();
    },
    lock: (locked) => guard.lock(locked),
    remove: (member) => members.happen({ type: 'expel', session: member }),
    letBack(key) {
      const here = members.status.members.some(({ unwanted }) => unwanted?.key === key);
      if (guard.letBack(key) && !here) session?.presence.onStranger();
    },
    renew(code, sessions) {
      for (const member of sessions) members.pairOf(member)?.say({ type: 'renew', code });
    },
    answered: (key) => guard.answered(key),
    diagnostics: () => ({
      session: session?.facts.session ?? null,
      counters: counters.snapshot(),
      lastFailure: counters.lastFailure,
      members: members.diagnosis(),
    }),
  };
}

/** Runs once at the end of this turn of the event loop, however often it is called. */
function oncePerTurn(run: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      run();
    });
  };
}

function nameOf(given: string): string {
  return cleanName(given) || 'Roomdrop';
}
