import type { Block } from '../../shared/protocol/block.ts';
import type { Control, ControlOf, MalformedOffer } from '../../shared/protocol/transfer-messages.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import type { PeerLanes } from './peer-lanes.ts';
import { isEnded } from './state.ts';
import type { Transfer } from './transfer.ts';
import type { TransferList } from './transfer-list.ts';

/** Which message belongs to which transfer, and who may speak of it. */
export interface Routing {
  control(from: LaneTraffic, message: Control): void;
  malformedOffer(from: LaneTraffic, offer: MalformedOffer): void;
  block(from: LaneTraffic, block: Block): void;
}

export interface RoutingOptions {
  transfers: Pick<TransferList, 'get' | 'incoming' | 'lastWords'>;
  lanes: Pick<PeerLanes, 'distrust'>;
  /** Somebody offers what is not known here. */
  offered(from: LaneTraffic, offer: ControlOf<'offer'>): void;
}

export function createRouting({ transfers, lanes, offered }: RoutingOptions): Routing {
  /**
   * A transfer is spoken of on one lane; its order is what most words rely on. On another lane of the same person only
   * those are heard that need no order, or that say that the two are not on the same lane.
   */
  function isHeard(transfer: Transfer, from: LaneTraffic, { type }: Control): boolean {
    if (transfer.lane === from || needNoOrder.has(type)) return true;
    if (transfer.direction === 'in') {
      // The sender chooses the lane.
      if (!moves.has(type)) return false;
      transfer.laneMoved(from, 'peer');
      return true;
    }
    // The receiver answers what was named on another lane, or cannot hear us on ours: it is named again on the right one.
    if (!seeksLane.has(type) || !transfer.lane) return false;
    const before = transfer.lane;
    if (type === 'query') lanes.distrust(before);
    if (transfer.lane === before) transfer.laneMoved(before, 'us');
    return false;
  }

  return {
    control(from, message) {
      const id = message.transfer;
      const transfer = transfers.get(id);
      if (transfer) {
        if (transfer.peerKey === from.peer.key) {
          if (isHeard(transfer, from, message)) transfer.control(message);
          return;
        }
        // Somebody else's: that it exists is none of this peer's business.
        from.refuse();
        if (message.type === 'offer') refuseOffer(from, id, 'bad-offer');
        return;
      }
      const lastWord = transfers.lastWords.of(id, from.peer.key);
      if (lastWord) {
        if (asksForLastWord.has(message.type)) from.answer(lastWord);
      } else if (message.type === 'offer') offered(from, message);
      else if (message.type === 'query' || message.type === 'cancel') from.answer({ type: 'gone', transfer: id });
      else from.refuse();
    },
    /** Answered where a well-formed one would be: who waits for an answer would wait as long as the lane lives. */
    malformedOffer(from, offer) {
      const id = offer.transfer;
      const transfer = transfers.get(id);
      const own = transfer?.peerKey === from.peer.key;
      if (own && !isEnded(transfer.status)) {
        transfers.incoming.get(id)?.malformed();
        return;
      }
      if (offer.type !== 'offer') return;
      const lastWord = own ? transfer.lastWord() : transfers.lastWords.of(id, from.peer.key);
      if (lastWord) from.answer(lastWord);
      else refuseOffer(from, id, 'bad-offer');
    },
    block(from, block) {
      const transfer = transfers.get(block.transfer);
      const own = transfer?.peerKey === from.peer.key;
      if (!own) from.refuse();
      if (!own || !transfer.block(block)) from.stray(block);
    },
  };
}

export function refuseOffer(
  to: LaneTraffic,
  transfer: string,
  reason: 'bad-offer' | 'too-many-offers' | 'too-many-entries',
): void {
  to.answer({ type: 'ended', transfer, state: 'failed', reason, files: 0, failed: 0, failures: [] });
}

/** Words that mean the same whenever they come. */
const needNoOrder: ReadonlySet<Control['type']> = new Set<Control['type']>(['digests', 'skip', 'ended', 'gone']);
/** Words of a sender with which it goes over to the lane they come on. */
const moves: ReadonlySet<Control['type']> = new Set<Control['type']>(['offer', 'cancel']);
/** Words of a receiver on a lane that the sender does not use. */
const seeksLane: ReadonlySet<Control['type']> = new Set<Control['type']>(['query', 'accept', 'want-manifest']);

/** Messages of a peer that thinks the transfer is still under way. */
const asksForLastWord: ReadonlySet<Control['type']> = new Set<Control['type']>([
  'offer',
  'query',
  'cancel',
  'accept',
  'want-manifest',
]);
