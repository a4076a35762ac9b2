import type { IceServer } from '../shared/bridge.ts';
import type { LinkTranscript } from '../shared/protocol/hello-proof.ts';
import type { SignalBody } from '../shared/protocol/signal.ts';
import type { Counters } from './counters.ts';
import type { Gate } from './guard.ts';
import type { LinkTerms } from './link-terms.ts';
import type { RoomWorld } from './room-world.ts';
import type { Timings } from './timings.ts';

/** What every pair of a room is made with. */
export interface RoomFacts {
  readonly topic: string;
  readonly session: string;
  /** What this side is called, now. */
  readonly name: string;
  readonly iceServers: readonly IceServer[];
  /** Now. */
  readonly linkTerms: LinkTerms;
  readonly world: RoomWorld;
  readonly timings: Timings;
  readonly counters: Counters;
  readonly gate: Gate;
  sign(transcript: LinkTranscript): Promise<{ key: string; signature: string }>;
  post(body: SignalBody): () => void;
}
