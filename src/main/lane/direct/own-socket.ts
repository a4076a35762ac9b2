import type { IceServer } from '../../../shared/bridge.ts';
import type { DirectSocket } from './direct-socket.ts';
import { createGathered, type Gathered } from './gathered.ts';
import type { Interfaces } from './gathering.ts';
import type { LaneWorld } from './lane-world.ts';

/** What direct lanes are made with on this computer. */
export interface DirectParts {
  /** @param admits datagrams from other addresses are dropped */
  openSocket(admits: (address: string) => boolean): DirectSocket;
  interfaces(): Interfaces;
  /** Addresses of a host; may reject. */
  resolve(host: string): Promise<readonly string[]>;
}

/** The one socket of this computer for all direct lanes, with the addresses under which it may be reached. */
export interface OwnSocket {
  /** Opens it, unless it is open. Null where the system gives none. */
  open(): OpenSocket | null;
  /** Its streams are closed, or about to be. */
  close(): void;
  /** Resolves when each that was closed is gone. */
  closed(): Promise<void>;
}

export interface OpenSocket {
  readonly socket: DirectSocket;
  readonly gathered: Gathered;
}

export interface OwnSocketOptions {
  parts: DirectParts | null;
  /** Whether datagrams from this address are looked at. */
  admits(address: string): boolean;
  iceServers(): readonly IceServer[];
  world: LaneWorld;
}

export function createOwnSocket({ parts, admits, iceServers, world }: OwnSocketOptions): OwnSocket {
  let opened: OpenSocket | null = null;
  let closing: Promise<unknown> = Promise.resolve();

  function opening({ openSocket, interfaces, resolve }: DirectParts): OpenSocket {
    // STUN servers may be anywhere: while they are asked everything is looked at.
    const socket = openSocket((address) => opened?.gathered.asking || admits(address));
    return { socket, gathered: createGathered({ socket, interfaces, resolve, iceServers, world }) };
  }

  return {
    open() {
      try {
        opened ??= parts && opening(parts);
      } catch {
        return null;
      }
      return opened;
    },
    close() {
      if (opened) {
        opened.gathered.stop();
        closing = Promise.all([closing, opened.socket.close()]);
      }
      opened = null;
    },
    closed: () => closing.then(() => undefined),
  };
}
