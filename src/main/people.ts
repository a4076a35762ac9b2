import type { Role } from '../shared/protocol/hello-proof.ts';
import type { MemberView, Person } from '../shared/views.ts';
import type { Lane, LaneTerms } from './lane/lane.ts';
import { type WatchedLane, watchLane } from './lane/watched-lane.ts';
import { createListeners } from './listeners.ts';
import { isParting, type Parting } from './transfer/state.ts';

/** Who can be reached, by installation key, and how: the one place where main knows it. */
export interface People {
  /** Everybody whom a reporter has reached and has not said to be gone, also while no lane leads to them; as they came. */
  readonly here: readonly Person[];
  /** The person here who speaks in this session. */
  inSession(session: string): Person | null;
  /** What kinds of lanes lead to them now. */
  lanesTo(key: string): readonly LaneTerms['kind'][];
  /** Told from now on, in the order in which they came; the returned function ends it. */
  listen(listener: Partial<PeopleListener>): () => void;
  /** One more lane to somebody who is known, made by main itself; false when nobody is called so. It is in other hands now. */
  join(key: string, lane: Lane): boolean;
  /** A new voice; see `PeopleReporter`. */
  reporter(): PeopleReporter;
  /** This computer has left the room that people were met in, for another or for none. */
  roomLeft(): void;
}

/** What is known of the link behind a lane that a page has made. */
export interface LinkFacts {
  readonly id: string;
  /** This side's, of the attempt that made it. */
  readonly role: Role;
  /** As the peer's hello named them. */
  readonly capabilities: readonly string[];
  /** IP addresses of the peer that have answered ICE on it, without a relay at either end. */
  readonly answered: readonly string[];
}

/** Whose word it is who can be reached: a page, or a peer without one. */
export interface PeopleReporter {
  /** A lane to them is up, and from now on in other hands. */
  reached(person: Person, lane: Lane, link?: Omit<LinkFacts, 'answered'>): void;
  /** All the addresses of the peer that have answered on this link now; of a link that is no more it counts nothing. */
  answered(linkId: string, addresses: readonly string[]): void;
  /** Everybody in the room as this reporter sees them now; whom it had reached and no longer names has gone. */
  members(members: readonly MemberView[]): void;
  /** It speaks no more, and its lanes are cut. Those it had reached may still be in the room. */
  gone(): void;
}

export interface PeopleListener {
  /** By this lane, which is the listener's if it is the one that sends. */
  reached(person: Person, lane: Lane): void;
  /** A lane with a link behind it is up, or more is known of that link. Told after `reached`. */
  linked(key: string, link: LinkFacts): void;
  /** That lane has ended, and the link is no more or about to be. */
  unlinked(key: string, linkId: string): void;
  /** A lane to them has come or gone; told after what has come with it. */
  lanesChanged(key: string): void;
  renamed(key: string, name: string): void;
  /** No session of theirs is left. */
  parted(key: string, why: Parting): void;
}

export interface PeopleOptions {
  /** Keys of those who are kept in mind also while nobody reaches them. */
  needed(): ReadonlySet<string>;
  onListenerError(error: unknown): void;
}

interface Known {
  readonly key: string;
  /** By the session they were reached in last. */
  name: string;
  session: string;
  /** All their sessions that are not known to be over, with the reporters who reach them there; none after a reload of the page. */
  readonly sessions: Map<string, Set<PeopleReporter>>;
  readonly lanes: Map<WatchedLane, Reached>;
}

interface Reached {
  /** Null where main has made it. */
  readonly by: PeopleReporter | null;
  link: LinkFacts | null;
}

export function createPeople(options: PeopleOptions): People {
  const listeners = createListeners<PeopleListener>(options.onListenerError);
  const all = new Map<string, Known>();

  function meet({ key, session, name }: Person, by: PeopleReporter): Known {
    const known = all.get(key) ?? { key, session, name, sessions: new Map(), lanes: new Map() };
    // A session speaks for one installation: the one that has proven it last.
    for (const other of all.values()) if (other !== known) other.sessions.delete(session);
    known.session = session;
    known.sessions.set(session, (known.sessions.get(session) ?? new Set()).add(by));
    all.set(key, known);
    return known;
  }

  function rename(known: Known, name: string): void {
    if (known.name === name) return;
    known.name = name;
    listeners.tell((listener) => listener.renamed?.(known.key, name));
  }

  function add(known: Known, lane: Lane, by: PeopleReporter | null, ended: () => void): WatchedLane {
    const watched = watchLane(lane, () => {
      known.lanes.delete(watched);
      listeners.tell((listener) => listener.lanesChanged?.(known.key));
      ended();
    });
    known.lanes.set(watched, { by, link: null });
    return watched;
  }

  /** Unless the lane has ended meanwhile. */
  function learn(known: Known, lane: WatchedLane, link: LinkFacts): void {
    const reached = known.lanes.get(lane);
    if (!reached) return;
    reached.link = link;
    listeners.tell((listener) => listener.linked?.(known.key, link));
  }

  function follow(known: Known, session: string, member: MemberView | undefined, by: PeopleReporter): void {
    const reachedBy = known.sessions.get(session);
    // Whom another has reached, such as the page before it, this reporter may just not have met yet.
    if (!reachedBy?.has(by) && !member) return;
    if (!member || member.state === 'closed') sessionOver(known, session, member, by);
    // A session that the person has left behind still has the name they had in it.
    else if (member.key === known.key && session === known.session) rename(known, member.name);
  }

  function sessionOver(known: Known, session: string, member: MemberView | undefined, by: PeopleReporter): void {
    const reachedBy = known.sessions.get(session);
    reachedBy?.delete(by);
    if (reachedBy?.size) return;
    known.sessions.delete(session);
    if (isHere(known)) {
      // They go on in another one: a page that was reloaded comes back before the old session is given up.
      const left = [...known.sessions].findLast(([, reporters]) => reporters.size > 0);
      if (known.session === session && left) [known.session] = left;
      return;
    }
    const why = member?.reason?.code;
    if (isParting(why)) listeners.tell((listener) => listener.parted?.(known.key, why));
  }

  /** Whom nobody reaches and nothing waits for need not be known. */
  function tidy(): void {
    const away = [...all.values()].filter((known) => !isHere(known));
    if (away.length === 0) return;
    const needed = options.needed();
    for (const { key, lanes } of away) if (lanes.size === 0 && !needed.has(key)) all.delete(key);
  }

  return {
    get here() {
      return [...all.values()].filter(isHere).map(personOf);
    },
    inSession(session) {
      const known = [...all.values()].find(({ sessions }) => sessions.get(session)?.size);
      return known ? { ...personOf(known), session } : null;
    },
    listen: listeners.add,
    lanesTo: (key) => [...(all.get(key)?.lanes.keys() ?? [])].map(({ lane }) => lane.terms.kind),
    join(key, lane) {
      const known = all.get(key);
      if (!known) return false;
      const { lane: joined } = add(known, lane, null, () => undefined);
      listeners.tell((listener) => listener.reached?.(personOf(known), joined));
      listeners.tell((listener) => listener.lanesChanged?.(key));
      return true;
    },
    reporter() {
      const reporter: PeopleReporter = {
        reached(person, lane, link) {
          const known = meet(person, reporter);
          rename(known, person.name);
          const watched = add(known, lane, reporter, () => {
            if (link) listeners.tell((listener) => listener.unlinked?.(known.key, link.id));
          });
          listeners.tell((listener) => listener.reached?.(person, watched.lane));
          if (link) learn(known, watched, { ...link, answered: [] });
          listeners.tell((listener) => listener.lanesChanged?.(known.key));
        },
        answered(linkId, addresses) {
          // Of a link that is still closing when its room has been left nothing more is to be known.
          for (const known of [...all.values()].filter(isHere)) {
            for (const [lane, { by, link }] of known.lanes) {
              if (by === reporter && link?.id === linkId) learn(known, lane, { ...link, answered: addresses });
            }
          }
        },
        members(members) {
          const bySession = new Map(members.map((member) => [member.session, member]));
          for (const known of all.values()) {
            for (const session of [...known.sessions.keys()]) follow(known, session, bySession.get(session), reporter);
          }
          tidy();
        },
        gone() {
          for (const { sessions, lanes } of all.values()) {
            for (const reachedBy of sessions.values()) reachedBy.delete(reporter);
            for (const [lane, { by }] of [...lanes]) if (by === reporter) lane.cut();
          }
          tidy();
        },
      };
      return reporter;
    },
    roomLeft() {
      for (const { key, sessions } of all.values()) {
        if (sessions.size > 0) listeners.tell((listener) => listener.parted?.(key, 'left-room'));
        sessions.clear();
      }
      tidy();
    },
  };
}

function isHere({ sessions }: Known): boolean {
  return [...sessions.values()].some((reachedBy) => reachedBy.size > 0);
}

function personOf({ key, session, name }: Known): Person {
  return { key, session, name };
}
