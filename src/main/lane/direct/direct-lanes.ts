import type { IceServer } from '../../../shared/bridge.ts';
import {
  directCapability,
  type LaneEnd,
  type LaneOffer,
  type LaneWord,
} from '../../../shared/protocol/lane-messages.ts';
import type { LinkFacts } from '../../people.ts';
import type { Lane } from '../lane.ts';
import { type Admitted, admit } from './admitted.ts';
import { isLoopback } from './ip-address.ts';
import { type LaneAttempt, startLaneAttempt } from './lane-attempt.ts';
import { laneWordProves, type SignLane } from './lane-offer.ts';
import type { LaneWorld } from './lane-world.ts';
import { createOwnSocket, type DirectParts } from './own-socket.ts';
import { failed, type LaneHistory, lost, noHistory, retryAfterMs } from './retry.ts';

/** Who gets a direct lane, and when one is tried: the offerer of a link offers the lane too. */
export interface DirectLanes {
  /** A link to this person is up, or more is known of it. */
  linked(key: string, link: LinkFacts): void;
  unlinked(key: string, linkId: string): void;
  /** This person has left. */
  parted(key: string): void;
  hear(key: string, word: LaneWord): void;
  /** Settings have changed: what is not allowed any more ends. */
  refresh(): void;
  /** The room is left: all end. */
  leave(): void;
  /** Ends all; resolves when the socket is closed. */
  close(): Promise<void>;
}

export interface DirectLanesOptions {
  /** Null where none can be made. */
  parts: DirectParts | null;
  world: LaneWorld;
  /** The installation's. */
  ownKey: string;
  sign: SignLane;
  allowed(): boolean;
  iceServers(): readonly IceServer[];
  /** To this person's main, over the link. */
  say(key: string, word: LaneWord): void;
  /** A lane to this person is up. */
  onLane(key: string, lane: Lane): void;
  /** For those who look at details. */
  onNews(key: string, news: { noPath?: boolean; roundTripMs?: number | null }): void;
}

interface Peer {
  readonly key: string;
  link: LinkFacts | null;
  admitted: Admitted;
  attempt: LaneAttempt | null;
  /** When the attempt became a lane. */
  upAtMs: number | null;
  history: LaneHistory;
  /** An offer that came before an address has answered. */
  early: LaneOffer | null;
  /** Takes back what is due: a next try, the end of a lane without a link, or a look at the round trip. */
  cancelDue(): void;
}

/** A lane outlives its link so long: the next one is being made. */
const withoutLinkMs = 10_000;
/** An offer waits so long for the first address that answers. */
const earlyOfferMs = 5000;
const lookMs = 5000;

function isOverLoopback({ addresses }: Admitted): boolean {
  return [...addresses].some(isLoopback);
}

function addressesOf({ addresses }: Admitted): string {
  return [...addresses].sort().join();
}

export function createDirectLanes(options: DirectLanesOptions): DirectLanes {
  const { parts, world } = options;
  const peers = new Map<string, Peer>();
  const own = createOwnSocket({
    parts,
    admits: (address) => [...peers.values()].some(({ attempt }) => attempt?.admitted.addresses.has(address)),
    iceServers: options.iceServers,
    world,
  });

  function due(peer: Peer, ms: number, action: () => void): void {
    peer.cancelDue();
    peer.cancelDue = world.after(ms, action);
  }

  function endAttempt(peer: Peer, why: LaneEnd): void {
    peer.cancelDue();
    peer.attempt?.close(why);
    peer.attempt = null;
    peer.early = null;
    peer.upAtMs = null;
  }

  function drop(peer: Peer, why: LaneEnd = 'lost'): void {
    endAttempt(peer, why);
    peers.delete(peer.key);
    if (peers.size === 0) own.close();
  }

  function start(peer: Peer, offer: LaneOffer | null): void {
    const { link, key } = peer;
    if (!link || peer.admitted.addresses.size === 0) return;
    endAttempt(peer, 'replaced');
    const opened = own.open();
    if (!opened) {
      gaveUp(peer);
      return;
    }
    const { socket, gathered } = opened;
    const loopback = isOverLoopback(peer.admitted);
    const attempt = startLaneAttempt({
      ends: endsOf(key, link),
      offer,
      socket,
      admitted: peer.admitted,
      world,
      gather: () => gathered.candidates(loopback),
      sign: options.sign,
      say: (word) => options.say(key, word),
      onUp(lane) {
        peer.upAtMs = world.now();
        options.onLane(key, lane);
        options.onNews(key, { noPath: false });
        look(peer, attempt);
      },
      onEnd: () => ended(peer, attempt),
    });
    peer.attempt = attempt;
  }

  function look(peer: Peer, attempt: LaneAttempt): void {
    const { roundTripMs } = attempt;
    options.onNews(peer.key, { roundTripMs: roundTripMs === null ? null : Math.round(roundTripMs) });
    due(peer, lookMs, () => look(peer, attempt));
  }

  function gaveUp(peer: Peer): void {
    peer.history = failed(peer.history);
    options.onNews(peer.key, { noPath: true });
  }

  function ended(peer: Peer, attempt: LaneAttempt): void {
    const { upAtMs } = peer;
    const changed = addressesOf(attempt.admitted) !== addressesOf(peer.admitted);
    peer.attempt = null;
    peer.upAtMs = null;
    if (upAtMs === null) gaveUp(peer);
    else peer.history = lost(peer.history, world.now() - upAtMs);
    if (!peer.link) {
      drop(peer);
      return;
    }
    due(peer, changed ? 0 : retryAfterMs(peer.history), () => offer(peer));
  }

  /** What an answer needs is looked for while the other side gets its offer ready. */
  function prepare(peer: Peer): void {
    if (peer.admitted.addresses.size > 0) void own.open()?.gathered.candidates(isOverLoopback(peer.admitted));
  }

  /** The side that offered the link offers the lane. */
  function offer(peer: Peer): void {
    if (peer.link?.role === 'offerer' && !peer.attempt) start(peer, null);
  }

  function endsOf(key: string, { id }: LinkFacts): { linkId: string; ownKey: string; peerKey: string } {
    return { linkId: id, ownKey: options.ownKey, peerKey: key };
  }

  function answer(peer: Peer, word: LaneOffer): void {
    const { link } = peer;
    if (link?.role !== 'answerer' || !laneWordProves(word, endsOf(peer.key, link))) return;
    if (peer.admitted.addresses.size > 0) {
      start(peer, word);
      return;
    }
    peer.early = word;
    due(peer, earlyOfferMs, () => {
      peer.early = null;
      options.say(peer.key, { type: 'lane-over', attempt: word.attempt, why: 'declined' });
    });
  }

  return {
    linked(key, link) {
      if (!parts || !options.allowed() || !link.capabilities.includes(directCapability)) return;
      const peer: Peer = peers.get(key) ?? {
        key,
        link: null,
        admitted: admit([]),
        attempt: null,
        upAtMs: null,
        history: noHistory,
        early: null,
        cancelDue: () => undefined,
      };
      peers.set(key, peer);
      const isNew = peer.link?.id !== link.id;
      const before = addressesOf(peer.admitted);
      peer.link = link;
      peer.admitted = admit(link.answered);
      if (peer.upAtMs !== null && peer.attempt) return look(peer, peer.attempt);
      // What was said on the link before belongs to that.
      if (isNew) endAttempt(peer, 'replaced');
      if (!isNew && addressesOf(peer.admitted) === before) return;
      if (peer.early) start(peer, peer.early);
      else if (link.role === 'answerer') prepare(peer);
      else if (isNew || before === '' || !peer.history.worked) offer(peer);
    },
    unlinked(key, linkId) {
      const peer = peers.get(key);
      if (peer?.link?.id !== linkId) return;
      peer.link = null;
      peer.early = null;
      if (peer.upAtMs === null) drop(peer);
      else due(peer, withoutLinkMs, () => drop(peer));
    },
    parted(key) {
      const peer = peers.get(key);
      if (peer) drop(peer);
    },
    hear(key, word) {
      const peer = peers.get(key);
      if (word.type === 'lane-offer') {
        if (peer) answer(peer, word);
        else options.say(key, { type: 'lane-over', attempt: word.attempt, why: 'declined' });
      } else if (peer?.attempt?.id === word.attempt) peer.attempt.hear(word);
    },
    refresh() {
      if (!options.allowed()) for (const peer of [...peers.values()]) drop(peer, 'declined');
    },
    leave() {
      for (const peer of [...peers.values()]) drop(peer);
    },
    async close() {
      const attempts = [...peers.values()].flatMap(({ attempt }) => attempt ?? []);
      for (const peer of peers.values()) peer.cancelDue();
      await Promise.all(attempts.map((attempt) => attempt.finish()));
      peers.clear();
      own.close();
      await own.closed();
    },
  };
}
