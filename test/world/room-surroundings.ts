import type { WorldBroker } from './broker.ts';
import type { Chance } from './chance.ts';
import type { Signatures } from './cryptography.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';
import type { Ether } from './webrtc.ts';

/** What all who are in one room of the world live in, honest or not. */
export interface RoomSurroundings {
  readonly timeline: Timeline;
  readonly chance: Chance;
  readonly ether: Ether;
  readonly network: Network;
  readonly signatures: Signatures;
  readonly topic: string;
  readonly brokers: readonly WorldBroker[];
}
