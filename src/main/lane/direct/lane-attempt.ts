import { fromBase64url, toBase64url } from '../../../shared/base64url.ts';
import type { Role } from '../../../shared/protocol/hello-proof.ts';
import type {
  LaneAnswer,
  LaneCandidate,
  LaneEnd,
  LaneOffer,
  LaneWord,
} from '../../../shared/protocol/lane-messages.ts';
import type { Lane } from '../lane.ts';
import type { Admitted } from './admitted.ts';
import { type Checks, startChecks } from './checks.ts';
import type { Endpoint } from './datagrams.ts';
import { createDirectLane } from './direct-lane.ts';
import type { DirectSocket } from './direct-socket.ts';
import { directTerms } from './direct-terms.ts';
import { type LaneEnds, laneWordProves, makeLaneWord, type SignLane } from './lane-offer.ts';
import type { LaneWorld } from './lane-world.ts';
import { createProbeCodec } from './probe.ts';
import type { SealedStream } from './sealed-stream.ts';
import { createStreamWatch, lookMs, looksABeat } from './stream-watch.ts';

/** One try to make a direct lane, and the lane that comes of it: from the offer to its end. */
export interface LaneAttempt {
  /** 16 random bytes of the offerer, base64url. */
  readonly id: string;
  /** By which datagrams for its stream are known here. */
  readonly streamId: number;
  /** As they were when it began. */
  readonly admitted: Admitted;
  /** Of the lane, as measured last; null while there is none. */
  readonly roundTripMs: number | null;
  /** What the peer says of this attempt. */
  hear(word: LaneWord): void;
  /** The peer is told why; `onEnd` is not called. */
  close(why: LaneEnd): void;
  /** Ends it without a word. Resolves when all has been sent on a lane that whoever has it has closed, or soon after. */
  finish(): Promise<void>;
}

export interface LaneAttemptOptions {
  ends: LaneEnds;
  /** The peer's, proven, if this side answers it; null to offer. */
  offer: LaneOffer | null;
  socket: DirectSocket;
  admitted: Admitted;
  world: LaneWorld;
  /** Another stream of this side has this id. */
  isTaken(streamId: number): boolean;
  /** Under which addresses this side's socket may be reached; never rejects. */
  gather(): Promise<LaneCandidate[]>;
  sign: SignLane;
  /** To the other main. */
  say(word: LaneWord): void;
  onUp(lane: Lane): void;
  /** Once, unless it was closed: the peer has said so, a step took too long, or the lane is lost. */
  onEnd(why: LaneEnd): void;
}

/** The offerer waits so long for an answer: the other side gathers too, and may not know yet which addresses have answered. */
const answerWithinMs = 8000;
/** So long from the pair to a stream on which both have shown their keys. */
const sealWithinMs = 3000;
/** What is still under way when all ends may take so long. */
const finishWithinMs = 1000;

export function startLaneAttempt(options: LaneAttemptOptions): LaneAttempt {
  const { ends, socket, admitted, world, onUp, onEnd } = options;
  const role: Role = options.offer ? 'answerer' : 'offerer';
  const id = options.offer?.attempt ?? toBase64url(world.randomBytes(16));
  const keyPair = socket.keyPair();
  const streamId = drawStreamId(options);
  let own: LaneOffer | LaneAnswer | null = null;
  let checks: Checks | null = null;
  let stream: SealedStream | null = null;
  let over = false;
  let up = false;
  let cancelDeadline = (): void => undefined;
  let cancelLook = (): void => undefined;

  function deadline(ms: number): void {
    cancelDeadline();
    cancelDeadline = world.after(ms, () => fail('no-path'));
  }

  /** False when it had ended before. */
  function stop(): boolean {
    if (over) return false;
    over = true;
    cancelDeadline();
    cancelLook();
    checks?.close();
    return true;
  }

  function fail(why: LaneEnd): void {
    if (!stop()) return;
    stream?.destroy();
    options.say({ type: 'lane-over', attempt: id, why });
    onEnd(why);
  }

  async function begin(): Promise<void> {
    const candidates = await options.gather();
    if (over) return;
    const part = {
      noise: toBase64url(keyPair.publicKey),
      secret: toBase64url(world.randomBytes(32)),
      stream: streamId,
      candidates,
    };
    if (options.offer) {
      const answer = makeLaneWord('lane-answer', id, ends, part, options.sign);
      own = answer;
      options.say(answer);
      check(options.offer, answer);
    } else {
      own = makeLaneWord('lane-offer', id, ends, part, options.sign);
      options.say(own);
      deadline(answerWithinMs);
    }
  }

  function check(offer: LaneOffer, answer: LaneAnswer): void {
    cancelDeadline();
    const peer = role === 'offerer' ? answer : offer;
    checks = startChecks({
      role,
      codec: createProbeCodec(role, ends.linkId, offer, answer),
      datagrams: socket.datagrams,
      admitted,
      candidates: peer.candidates,
      world,
      onPair: (pair) => connect(pair, peer),
      onEnd: fail,
    });
  }

  function connect(pair: Endpoint, peer: LaneOffer | LaneAnswer): void {
    try {
      stream = socket.connect({
        ownId: streamId,
        farId: peer.stream,
        to: pair,
        isInitiator: role === 'offerer',
        keyPair,
        farKey: fromBase64url(peer.noise),
        largestBytes: directTerms.blockBytes,
      });
    } catch {
      fail('no-path');
      return;
    }
    deadline(sealWithinMs);
    watch(stream);
    run(stream).catch(() => fail('lost'));
  }

  function watch(sealed: SealedStream): void {
    const isLost = createStreamWatch();
    const look = (looks: number): void => {
      if (isLost(sealed.counts)) {
        fail('lost');
        return;
      }
      if (up && looks % looksABeat === 0) sealed.beat();
      cancelLook = world.after(lookMs, () => look(looks + 1));
    };
    look(0);
  }

  async function run(sealed: SealedStream): Promise<void> {
    const opened = await sealed.opened;
    if (over) return;
    if (!opened) return fail('no-path');
    up = true;
    cancelDeadline();
    void sealed.closed.then(() => fail('lost'));
    onUp(createDirectLane(sealed, world.after));
  }

  begin().catch(() => fail('declined'));
  return {
    id,
    streamId,
    admitted,
    get roundTripMs() {
      return checks?.roundTripMs ?? null;
    },
    hear(word) {
      if (word.type === 'lane-over') {
        if (stop()) {
          stream?.destroy();
          onEnd(word.why);
        }
      } else if (word.type === 'lane-answer' && own?.type === 'lane-offer' && !checks && !over) {
        if (laneWordProves(word, ends)) check(own, word);
        else fail('declined');
      }
    },
    close(why) {
      if (!stop()) return;
      stream?.destroy();
      options.say({ type: 'lane-over', attempt: id, why });
    },
    async finish() {
      if (!stop() || !stream) return;
      const sealed = stream;
      const cancel = world.after(finishWithinMs, () => sealed.destroy());
      await sealed.closed;
      cancel();
    },
  };
}

/** Hard to guess: who knows it can end the stream. Not 0. */
function drawStreamId({ world, isTaken }: Pick<LaneAttemptOptions, 'world' | 'isTaken'>): number {
  for (;;) {
    const id = Buffer.from(world.randomBytes(4)).readUInt32BE();
    if (id !== 0 && !isTaken(id)) return id;
  }
}
