import type { Role } from '../../shared/protocol/hello-proof.ts';
import type { Candidate, SignalBody } from '../../shared/protocol/signal.ts';
import { createAttempt } from '../attempt.ts';
import { bufferBounds } from '../buffer-target.ts';
import type { Channel } from '../channel.ts';
import { type ChannelFiller, createChannelFiller } from '../channel-filler.ts';
import type { Gate } from '../guard.ts';
import { type Proven, shakeHands } from '../handshake.ts';
import { createLinkControl, type LinkControl } from '../link-control.ts';
import { createLiveness } from '../liveness.ts';
import type { RoomFacts } from '../room-facts.ts';
import type { SdpFacts } from '../sdp.ts';

/** What strands are made with: the link is the one that introduces them. */
export interface StrandParts {
  readonly room: Omit<RoomFacts, 'gate' | 'post'>;
  readonly linkId: string;
  /** This side's, of the link. */
  readonly role: Role;
  /** The member's session id, and the key that it has proven on the link. */
  readonly session: string;
  readonly key: string;
}

/** One channel more beside a link's first, from its offer to its end. */
export interface Strand {
  readonly id: string;
  /** This side has offered it, and is the one to fold it. */
  readonly isOurs: boolean;
  /** Its hellos have verified: blocks go by it, and come. */
  readonly isUp: boolean;
  readonly bufferedBytes: number;
  answer(sdp: string): void;
  candidates(candidates: readonly (Candidate | null)[], end: boolean): void;
  /** There may be blocks to send. */
  fill(): void;
  /** Nothing is called back after it. */
  close(): void;
}

export interface StrandOptions {
  readonly parts: StrandParts;
  readonly id: string;
  /** The peer's offer; null when the offer is ours. */
  readonly offer: SdpFacts | null;
  /** Inside the link. */
  say: LinkControl['say'];
  /** Something came by it. */
  onHeard(): void;
  /** A binary message; false when it is an offence. */
  onBinary(bytes: Uint8Array<ArrayBuffer>): boolean;
  /** Hands the next block to the channel and says how many bytes it has; 0 when none may go. */
  nextBlock(channel: Pick<Channel, 'send'>): number;
  onHanded(): void;
  /** It has come to nothing, or is lost. */
  onLost(): void;
  /** The peer breaks the rules on it. */
  onOffence(how: 'flooded' | 'malformed'): void;
}

/** Who may come in was judged on the link. */
const openGate: Gate = { closed: false, refusal: () => null, welcome: null };

export function createStrand(options: StrandOptions): Strand {
  const { id, parts } = options;
  const { room } = parts;
  const { timings, counters } = room;
  const { clock, cryptography, platform } = room.world;
  let running: Running | null = null;
  let over = false;
  let stopGreeting = (): void => undefined;

  function lose(): void {
    if (!over) options.onLost();
  }

  const attempt = createAttempt({
    linkId: id,
    peer: parts.session,
    offer: options.offer,
    iceServers: room.iceServers,
    terms: room.linkTerms,
    platform,
    clock,
    timings,
    counters,
    post(body) {
      saySignal(id, body, options.say);
      // The link delivers, so nothing is said twice.
      return () => undefined;
    },
    onOpen: greet,
    onEnd: lose,
  });

  function greet(channel: Channel): void {
    stopGreeting = shakeHands({
      channel,
      introducedBy: parts.linkId,
      topic: room.topic,
      ownSession: room.session,
      peerSession: parts.session,
      name: room.name,
      capabilities: [],
      clock,
      helloMs: timings.helloMs,
      sign: room.sign,
      verify: cryptography.verify,
      gate: openGate,
      onProven: (person, early) => begin(channel, person, early),
      onRefused: lose,
    });
  }

  function begin(channel: Channel, { key }: Proven, early: readonly (string | Uint8Array<ArrayBuffer>)[]): void {
    if (key !== parts.key) lose();
    if (over) return;
    running = run(channel, options, lose);
    running.start(early);
  }

  return {
    id,
    isOurs: options.offer === null,
    get isUp() {
      return running !== null;
    },
    get bufferedBytes() {
      return running?.channel.bufferedBytes ?? 0;
    },
    answer: attempt.answer,
    candidates: attempt.candidates,
    fill: () => running?.filler.fill(),
    close() {
      if (over) return;
      over = true;
      stopGreeting();
      running?.stop();
      attempt.close();
    },
  };
}

interface Running {
  readonly channel: Channel;
  readonly filler: ChannelFiller;
  start(early: readonly (string | Uint8Array<ArrayBuffer>)[]): void;
  stop(): void;
}

/** What is heard and said on a strand whose hellos have verified: beats, and blocks. */
function run(channel: Channel, options: StrandOptions, lose: () => void): Running {
  const { timings, counters, world } = options.parts.room;
  const { clock } = world;
  const control = createLinkControl({ clock, counters, send: (text) => channel.send(text) });
  const filler = createChannelFiller({
    channel,
    clock,
    mostBytes: () => bufferBounds.farBytes,
    next: () => options.nextBlock(channel),
    onHanded: options.onHanded,
  });
  const liveness = createLiveness({ clock, timings, beat: () => control.say({ type: 'beat' }), onSilent: lose });
  let stopped = false;

  function hearText(text: string): void {
    const heard = control.hear(text);
    if (heard !== 'heard') options.onOffence(heard);
  }

  function hearBinary(bytes: Uint8Array<ArrayBuffer>): void {
    if (options.onBinary(bytes)) return;
    counters.count('linkMessageMalformed');
    options.onOffence('malformed');
  }

  function hear(message: string | Uint8Array<ArrayBuffer>): void {
    if (stopped) return;
    liveness.heard();
    options.onHeard();
    if (typeof message === 'string') hearText(message);
    else hearBinary(message);
  }

  return {
    channel,
    filler,
    start(early) {
      liveness.start();
      filler.start();
      early.forEach(hear);
      channel.listen({
        text: hear,
        binary: hear,
        low() {
          liveness.heard();
          filler.onLow();
        },
        close: lose,
      });
      filler.fill();
    },
    stop() {
      stopped = true;
      liveness.stop();
    },
  };
}

/** What an attempt would have posted to a broker. */
function saySignal(strand: string, body: SignalBody, say: LinkControl['say']): void {
  if (body.type === 'offer') say({ type: 'strand-offer', strand, sdp: body.sdp });
  else if (body.type === 'answer') say({ type: 'strand-answer', strand, sdp: body.sdp });
  else if (body.type === 'candidates') {
    say({ type: 'strand-candidates', strand, candidates: body.candidates, end: body.end ?? false });
  }
}
