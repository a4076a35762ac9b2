import type { Block } from '../../shared/protocol/block.ts';
import type { Control } from '../../shared/protocol/transfer-messages.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { TransferView } from '../../shared/views.ts';
import type { Disk } from '../files/disk.ts';
import type { Contents } from './contents.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import type { Parting, Status } from './state.ts';

/** One transfer as the engine holds it, in either direction. */
export interface Transfer {
  readonly id: string;
  readonly direction: 'in' | 'out';
  readonly peerKey: string;
  readonly status: Status;
  /** What it speaks on. */
  readonly lane: LaneTraffic | null;
  /** Absolute path of the first thing that arrived; null for what is sent. */
  readonly arrived: string | null;
  /** Files that went out whole: what its receiver can have at most. */
  readonly sentFiles: number;
  view(): TransferView;
  /** What is in it; missing once it has let go of it. */
  readonly contents?: Contents;
  laneUp(traffic: LaneTraffic): void;
  /**
   * It goes on on another of several lanes: by our will, which the peer is told, or because the peer has just spoken of it
   * there. What was on its way on the lane before is lost, as when a lane goes down.
   */
  laneMoved(to: LaneTraffic, by: 'us' | 'peer'): void;
  laneDown(): void;
  /** One of the two has left the room: why there is no lane, or soon will be none. */
  parted(why: Parting): void;
  /** The peer is called so from now on. */
  peerRenamed(name: string): void;
  /** From the lane it was last given. */
  control(control: Control): void;
  /** False when it has no place for it: it is of an earlier binding, or nothing of it comes in. */
  block(block: Block): boolean;
  pause(): void;
  resume(): void;
  /** Ends it, if it has not ended. */
  cancel(reason: Reason): void;
  /** Once it has ended: what the peer is told when it asks. */
  lastWord(): Control;
  /** Once it has ended: resolves when no file of it is open any more and no part is left behind. */
  released(): Promise<void>;
}

/** What a transfer needs from around it. */
export interface Surroundings {
  now(): number;
  readonly disk: Disk;
  readonly platform: NodeJS.Platform;
  /** Its state, or anything else but its progress, has changed. */
  changed(): void;
  progressed(): void;
}
