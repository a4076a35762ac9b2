import { runMachine } from '../shared/run-machine.ts';
import type { MemberView } from '../shared/views.ts';
import type { Clock } from './clock.ts';
import type { Guard, RoomWord } from './guard.ts';
import type { Link } from './link.ts';
import { memberViews } from './member-views.ts';
import { step } from './members-machine.ts';
import {
  initialMembers,
  type MembersAct,
  type MembersHappening,
  type MembersStatus,
  type MembersTimings,
} from './members-state.ts';
import { createPair, type Pair, type PairDiagnosis } from './pair.ts';
import type { RoomFacts } from './room-facts.ts';

/** The members of a room, each with its pair: runs the machine of `members-machine.ts`. */
export interface Members {
  readonly status: MembersStatus;
  /** Keys of those linked now. */
  readonly linkedKeys: readonly string[];
  views(): MemberView[];
  happen(happened: MembersHappening): void;
  pairOf(session: string): Pair | undefined;
  /** To all who are linked. */
  say(word: RoomWord): void;
  /** This side is called otherwise from now on; `RoomFacts.name` has changed already. */
  rename(): void;
  /** Links are made otherwise from now on; `RoomFacts.linkTerms` have changed already. */
  onTerms(): void;
  /** On all links; resolves when it is on its way. */
  bye(): Promise<void>;
  close(): void;
  diagnosis(): readonly ({ readonly session: string } & PairDiagnosis)[];
}

export interface MembersOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly timings: MembersTimings;
  readonly guard: Guard;
  /** From the first proven member on. */
  facts(): RoomFacts | null;
  onLink(link: Link): void;
  /** What a person sees has changed. */
  onView(): void;
  /** Nothing that was said over carriers to prove us to this session need be said again. */
  onSettled(session: string): void;
  refuseVersion(session: string): void;
}

export function createMembers(options: MembersOptions): Members {
  const { clock, guard, onView } = options;
  const pairs = new Map<string, Pair>();
  const machine = runMachine<MembersStatus, MembersHappening, MembersAct>({
    initial: initialMembers(options.timings),
    step: (status, happened) => step(status, happened, clock.now()),
    perform,
  });
  const { happen } = machine;

  function perform(act: MembersAct): void {
    if (act.do === 'open') open(act.session);
    else if (act.do === 'begin') pairs.get(act.session)?.begin();
    else if (act.do === 'let-in') pairs.get(act.session)?.letIn();
    else if (act.do === 'expel') pairs.get(act.session)?.expel();
    else if (act.do === 'close') {
      options.onSettled(act.session);
      pairs.get(act.session)?.close();
      pairs.delete(act.session);
    } else if (act.do === 'bar') guard.remove({ key: act.key, session: act.session, name: act.name });
    else if (act.do === 'count-kept-out') guard.keptOut(act.key);
    else if (act.do === 'saw') guard.saw(act.key);
    else if (act.do === 'refuse-version') options.refuseVersion(act.session);
    else onView();
  }

  function open(session: string): void {
    const room = options.facts();
    if (!room) return;
    const pair = createPair({
      room,
      session,
      onView() {
        const { key, name, reason } = pair.view;
        happen({ type: 'pair', session, facts: { linked: pair.linked, key, name, reason } });
        onView();
      },
      onLink(link) {
        options.onSettled(session);
        options.onLink(link);
        happen({ type: 'linked', session, key: link.key });
      },
      onWord: (word, { key, name }) => guard.hear({ key, session, name }, word),
      onUnwanted: (key, why) => happen({ type: 'unwanted', session, key, why }),
      onBye: () => happen({ type: 'bye', session }),
      onLoss: () => happen({ type: 'loss', session }),
    });
    pairs.set(session, pair);
  }

  return {
    get status() {
      return machine.status;
    },
    get linkedKeys() {
      return [...pairs.values()].flatMap(({ linked, view }) => (linked && view.key) || []);
    },
    views: () => memberViews(machine.status, guard, (session) => pairs.get(session)?.view),
    happen,
    pairOf: (session) => pairs.get(session),
    say(word) {
      for (const pair of pairs.values()) pair.say(word);
    },
    rename() {
      for (const pair of pairs.values()) pair.rename();
    },
    onTerms() {
      for (const pair of pairs.values()) pair.onTerms();
    },
    async bye() {
      await Promise.all([...pairs.values()].map((pair) => pair.bye()));
    },
    close() {
      for (const pair of pairs.values()) pair.close();
      pairs.clear();
    },
    diagnosis: () => [...pairs].map(([session, pair]) => ({ session, ...pair.diagnosis() })),
  };
}
