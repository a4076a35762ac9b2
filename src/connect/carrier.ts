import type { BrokerView } from '../shared/views.ts';
import type { Clock } from './clock.ts';
import type { Timings } from './timings.ts';

/** A way for sealed signals to and from everybody in a room who has it too: an MQTT broker is one. */
export interface Carrier {
  readonly view: BrokerView;
  /** Settles when the carrier has it, or cannot have it any more. Does nothing while it is down. */
  publish(payload: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Leaves in order: its will does not go out. Resolves when the far end has ended too, or after `goodbyeMs`. */
  close(): Promise<void>;
}

/** A carrier that is not yet tried. */
export interface CarrierPlan {
  /** The same for everybody who has this carrier, and no other's of the room: what a `gone` names. */
  readonly id: string;
  /** Whatever it has to tell comes later, never from within. */
  open(options: CarrierOptions): Carrier;
}

export interface CarrierOptions {
  readonly topic: string;
  readonly clock: Clock;
  readonly timings: Timings;
  readonly random: () => number;
  readonly randomId: () => string;
  /** A fresh one for each connection: what others are to be given when that is lost without a goodbye. */
  will(): Promise<Uint8Array<ArrayBuffer>>;
  onPayload(payload: Uint8Array): void;
  /** From now on it carries, both ways. */
  onUp(): void;
  onDown(): void;
  onView(): void;
}
