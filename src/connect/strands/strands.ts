import { limits } from '../../shared/protocol/limits.ts';
import { createBoundedSet } from '../bounded.ts';
import type { Channel } from '../channel.ts';
import type { LinkControl } from '../link-control.ts';
import { readSdp } from '../sdp.ts';
import type { IncomingChannel } from './incoming-blocks.ts';
import type { OutgoingBlocks, Way } from './outgoing-blocks.ts';
import { createStrand, type Strand, type StrandParts } from './strand.ts';

/** The strands of one link, by whichever side they were offered. */
export interface Strands {
  readonly all: readonly HeldStrand[];
  /** Those that are given blocks, and may be. */
  readonly inUse: number;
  /** Of those, the ones that are not stalled. */
  readonly able: number;
  /** Offers so many more, as far as there may be. */
  add(count: number): void;
  /** So many of ours are given no more blocks, the newest first. Those that the peer offered are the peer's to fold. */
  retire(count: number): void;
  /** The others send what this channel has not delivered; a strand gets no block until something comes by it. */
  stall(way: Way): void;
  /** Closes those that are retiring and have delivered what they had. */
  fold(): void;
  /** There may be blocks to send. */
  fill(): void;
  close(): void;
}

interface HeldStrand {
  readonly strand: Pick<Strand, 'isUp' | 'bufferedBytes'>;
}

export interface StrandsOptions {
  readonly parts: StrandParts;
  readonly control: LinkControl;
  readonly outgoing: OutgoingBlocks;
  join(): IncomingChannel;
  /** A binary message that came by a strand; false when it is an offence. */
  hear(bytes: Uint8Array<ArrayBuffer>, by: IncomingChannel): boolean;
  /** Hands the next block to the channel and says how many bytes it has; 0 when none may go. */
  handBlock(way: Way, channel: Pick<Channel, 'send'>): number;
  /** There is one more, which is not up yet. */
  onOpening(): void;
  /** What is to be sent may go by any channel now. */
  onRoom(): void;
  onHanded(): void;
  /** The peer breaks the rules on a strand. */
  onOffence(how: 'flooded' | 'malformed'): void;
}

interface Held extends HeldStrand {
  readonly strand: Strand;
  retiring: boolean;
  stalled: boolean;
}

/** The last ones of a link, so that none of them is offered twice; those that are held are not among what is forgotten. */
const knownStrands = 64;

export function createStrands(options: StrandsOptions): Strands {
  const { parts, control, outgoing } = options;
  const { counters, world } = parts.room;
  const held = new Map<string, Held>();
  const known = createBoundedSet(knownStrands);

  function offered(id: string, sdp: string): void {
    if (known.has(id) || held.has(id)) return;
    known.add(id);
    const offer = readSdp(sdp);
    if (!offer) counters.count('offerRefused');
    if (offer && parts.role === 'answerer') giveWay();
    if (offer && held.size < limits.strands) open(id, offer);
    else control.say({ type: 'strand-over', strand: id });
  }

  /** Both sides may have begun the last ones at once: the offerer's are made. */
  function giveWay(): void {
    if (held.size < limits.strands) return;
    const [own] = [...held].reverse().find(([, { strand }]) => strand.isOurs && !strand.isUp) ?? [];
    if (own === undefined) return;
    control.say({ type: 'strand-over', strand: own });
    drop(own);
  }

  function open(id: string, offer: ReturnType<typeof readSdp>): void {
    const incoming = options.join();
    const strand = createStrand({
      parts,
      id,
      offer,
      say: control.say,
      onHeard: () => revive(id),
      onBinary: (bytes) => options.hear(bytes, incoming),
      nextBlock: (channel) => (mayTake(held.get(id)) ? options.handBlock(id, channel) : 0),
      onHanded: options.onHanded,
      onLost() {
        control.say({ type: 'strand-over', strand: id });
        drop(id);
      },
      onOffence: options.onOffence,
    });
    held.set(id, { strand, retiring: false, stalled: false });
    options.onOpening();
  }

  function revive(id: string): void {
    const one = held.get(id);
    if (!one?.stalled) return;
    one.stalled = false;
    one.strand.fill();
  }

  /** It is no more, and what it had not delivered goes by the others. */
  function drop(id: string): void {
    const one = held.get(id);
    if (!one) return;
    held.delete(id);
    one.strand.close();
    outgoing.sendAgain(id);
    options.onRoom();
  }

  control.on('strand-offer', ({ strand, sdp }) => offered(strand, sdp));
  control.on('strand-answer', ({ strand, sdp }) => held.get(strand)?.strand.answer(sdp));
  control.on('strand-candidates', ({ strand, candidates, end }) => {
    held.get(strand)?.strand.candidates(candidates, end);
  });
  control.on('strand-over', ({ strand }) => drop(strand));

  return {
    get all() {
      return [...held.values()];
    },
    get inUse() {
      return [...held.values()].filter((one) => one.strand.isUp && !one.retiring).length;
    },
    get able() {
      return [...held.values()].filter((one) => one.strand.isUp && mayTake(one)).length;
    },
    add(count) {
      for (let left = Math.min(count, limits.strands - held.size); left > 0; left--) {
        const id = world.cryptography.randomId();
        known.add(id);
        open(id, null);
      }
    },
    retire(count) {
      const ours = [...held.values()].filter(({ strand, retiring }) => strand.isOurs && !retiring);
      for (const one of ours.reverse().slice(0, count)) one.retiring = true;
    },
    stall(way) {
      const one = held.get(way);
      if (one) one.stalled = true;
      outgoing.sendAgain(way);
      options.onRoom();
    },
    fold() {
      for (const [id, { retiring }] of [...held]) {
        if (!retiring || outgoing.outBytes(id) > 0) continue;
        control.say({ type: 'strand-over', strand: id });
        drop(id);
      }
    },
    fill() {
      for (const { strand } of [...held.values()]) strand.fill();
    },
    close() {
      for (const { strand } of held.values()) strand.close();
      held.clear();
    },
  };
}

function mayTake(one: Held | undefined): boolean {
  return one !== undefined && !one.retiring && !one.stalled;
}
