import type { LaneEnd, LaneOffer, LaneWord } from '../../../shared/protocol/lane-messages.ts';
import type { LinkFacts } from '../../people.ts';
import type { Lane } from '../lane.ts';
import { type Admitted, admit } from './admitted.ts';
import { isLoopback } from './canonical-address.ts';
import { type LaneAttempt, startLaneAttempt } from './lane-attempt.ts';
import { type LaneEnds, laneWordProves, type SignLane } from './lane-offer.ts';
import type { LaneWorld } from './lane-world.ts';
import type { OwnSocket } from './own-socket.ts';
import { againMostMs, anew, failed, lost, retryAfterMs } from './retry.ts';
import { createSilence } from './silence.ts';

/** The direct lane to one person, over one link after the other: when it is tried, by whom, and when again. */
export interface PersonLane {
  readonly isLinked: boolean;
  /** The try that is under way, or the lane that came of it. */
  readonly attempt: LaneAttempt | null;
  /** A link whose hellos both name the capability is up, or more is known of it. */
  linked(link: LinkFacts): void;
  unlinked(linkId: string): void;
  hear(word: LaneWord): void;
  /** It is allowed: the side that offered the link offers the lane, the other one gets ready. */
  begin(): void;
  /** Ends all that there is of it; it is not tried again by itself. */
  end(why: LaneEnd): void;
  /** The same without a word; see `LaneAttempt.finish`. */
  finish(): Promise<void>;
}

export interface PersonLaneOptions {
  /** Installation keys, base64url. */
  key: string;
  ownKey: string;
  own: OwnSocket;
  world: LaneWorld;
  /** There was a lane over an earlier link. */
  worked: boolean;
  allowed(): boolean;
  /** See `LaneAttemptOptions.isTaken`. */
  isTaken(streamId: number): boolean;
  sign: SignLane;
  say(word: LaneWord): void;
  onLane(lane: Lane): void;
  onNews(news: Partial<LaneNews>): void;
  /** There is neither a link nor a lane. */
  onNothing(): void;
}

/** What those are told who look at details. */
export interface LaneNews {
  /** Why there is none: the last attempt has failed, or the other side wants or begins none. Null where one may come. */
  readonly why: 'no-path' | 'peer-cannot' | null;
  /** Of the lane, as measured now. */
  readonly roundTripMs: number | null;
}

/** A lane outlives its link so long: the next one is being made. */
const withoutLinkMs = 10_000;
/** An offer waits so long for the first address that answers: the page looks every 5 s, at first sooner. */
const earlyOfferMs = 6000;
const lookMs = 5000;

/** Whoever is to begin a lane has begun by then, or will not. */
const beginWithinMs = 15_000;

function isOverLoopback({ addresses }: Admitted): boolean {
  return [...addresses].some(isLoopback);
}

function addressesOf({ addresses }: Admitted): string {
  return [...addresses].sort().join();
}

export function createPersonLane(options: PersonLaneOptions): PersonLane {
  const { own, world, onNews } = options;
  let link: LinkFacts | null = null;
  let admitted = admit([]);
  let attempt: LaneAttempt | null = null;
  /** When the attempt became a lane. */
  let upAtMs: number | null = null;
  let history = anew(options);
  /** An offer that came before an address has answered. */
  let early: LaneOffer | null = null;
  /** Takes back what is due: a next try, an early offer's end, that of a lane without a link, or a look at the round trip. */
  let cancelDue = (): void => undefined;
  const silence = createSilence(world, () => {
    // No address has answered: the link goes by a relay.
    onNews({ why: admitted.addresses.size === 0 ? 'no-path' : 'peer-cannot' });
  });

  function due(ms: number, action: () => void): void {
    cancelDue();
    cancelDue = world.after(ms, action);
  }

  function end(why: LaneEnd): void {
    cancelDue();
    silence.stop();
    attempt?.close(why);
    attempt = null;
    early = null;
    upAtMs = null;
  }

  function endsOf({ id }: LinkFacts): LaneEnds {
    return { linkId: id, ownKey: options.ownKey, peerKey: options.key };
  }

  function start(over: LinkFacts, offer: LaneOffer | null): void {
    if (admitted.addresses.size === 0) return;
    end('replaced');
    const opened = own.open();
    if (!opened) {
      if (offer) decline(offer);
      gaveUp('no-path');
      tryAgain(retryAfterMs(history));
      return;
    }
    const { socket, gathered } = opened;
    const loopback = isOverLoopback(admitted);
    const started = startLaneAttempt({
      ends: endsOf(over),
      offer,
      socket,
      admitted,
      world,
      isTaken: options.isTaken,
      gather: () => gathered.candidates(loopback),
      sign: options.sign,
      say: options.say,
      onUp(lane) {
        upAtMs = world.now();
        options.onLane(lane);
        onNews({ why: null });
        look(started);
      },
      onEnd: (why) => ended(started, why),
    });
    attempt = started;
  }

  function look(lane: LaneAttempt): void {
    const { roundTripMs } = lane;
    onNews({ roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs) });
    due(lookMs, () => look(lane));
  }

  function gaveUp(why: LaneEnd): void {
    history = failed(history, why);
    // Who does not want one now says nothing of the networks in between.
    onNews({ why: why === 'declined' ? 'peer-cannot' : 'no-path' });
  }

  function ended(last: LaneAttempt, why: LaneEnd): void {
    const changed = addressesOf(last.admitted) !== addressesOf(admitted);
    if (upAtMs !== null) {
      history = lost(history, world.now() - upAtMs);
      if (why === 'declined') onNews({ why: 'peer-cannot' });
      else silence.expect(againMostMs + beginWithinMs);
    } else gaveUp(why);
    attempt = null;
    upAtMs = null;
    if (!link) {
      options.onNothing();
      return;
    }
    tryAgain(changed ? 0 : retryAfterMs(history));
  }

  function tryAgain(ms: number): void {
    due(ms, offer);
  }

  /** The side that offered the link offers the lane. */
  function offer(): void {
    if (link?.role === 'offerer' && !attempt) start(link, null);
  }

  /** The other one looks for what its answer needs while the offer is made. */
  function begin(): void {
    if (link?.role === 'offerer') offer();
    else if (admitted.addresses.size > 0) void own.open()?.gathered.candidates(isOverLoopback(admitted));
  }

  function answer(word: LaneOffer): void {
    if (link?.role !== 'answerer' || !laneWordProves(word, endsOf(link))) return;
    if (admitted.addresses.size > 0) {
      start(link, word);
      return;
    }
    early = word;
    due(earlyOfferMs, () => {
      early = null;
      decline(word);
    });
  }

  function decline(word: LaneOffer): void {
    options.say({ type: 'lane-over', attempt: word.attempt, why: 'declined' });
  }

  return {
    get isLinked() {
      return link !== null;
    },
    get attempt() {
      return attempt;
    },
    linked(now) {
      const isNew = link?.id !== now.id;
      const before = addressesOf(admitted);
      link = now;
      admitted = admit(now.answered);
      if (isNew) history = anew(history);
      if (!options.allowed()) return;
      const up = upAtMs === null ? null : attempt;
      // What was said on the link before belongs to that; a lane goes on.
      if (isNew && up) early = null;
      else if (isNew) {
        end('replaced');
        silence.expect(beginWithinMs);
      }
      // It comes from somebody who has no lane any more, whatever this side still has.
      if (early) return start(now, early);
      if (up) return look(up);
      if (!isNew && addressesOf(admitted) === before) return;
      if (now.role === 'answerer' || isNew || before === '' || !history.worked) begin();
    },
    unlinked(linkId) {
      if (link?.id !== linkId) return;
      link = null;
      early = null;
      silence.stop();
      if (upAtMs === null) options.onNothing();
      else due(withoutLinkMs, options.onNothing);
    },
    hear(word) {
      if (word.type !== 'lane-offer') {
        if (attempt?.id === word.attempt) attempt.hear(word);
      } else if (options.allowed()) answer(word);
      else decline(word);
    },
    begin,
    end,
    async finish() {
      cancelDue();
      silence.stop();
      await attempt?.finish();
    },
  };
}
