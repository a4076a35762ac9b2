import { limits } from '../../shared/protocol/limits.ts';
import type { ControlOf } from '../../shared/protocol/transfer-messages.ts';
import { type Reason, ReasonError, reasonOf } from '../../shared/reasons.ts';
import type { TransferView } from '../../shared/views.ts';
import { hasTooMany, lackOf, makesRoom, roomHasTooMany } from './admission.ts';
import type { EngineWorld } from './engine-world.ts';
import { createIncoming, type IncomingContext, type IncomingTransfer, restoreIncoming } from './incoming.ts';
import type { IncomingRecord } from './incoming-record.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import { refuseOffer } from './routing.ts';
import type { TransferList } from './transfer-list.ts';

export interface NewcomersOptions {
  world: Pick<EngineWorld, 'disk'>;
  transfers: TransferList;
  /** A lane to this key is up. */
  isHere(key: string): boolean;
  /** Absolute path of the downloads folder. */
  incomingFolder(): string;
  folderLabel(path: string): string;
  shouldAccept(offer: TransferView): boolean;
  onNotAccepted(offer: TransferView, reason: Reason): void;
}

/** What becomes of an offer that is new here: refused, or taken up to its first page, then shown, and perhaps accepted. */
export interface Newcomers {
  offered(from: LaneTraffic, offer: ControlOf<'offer'>): void;
  /** An accepted transfer of an earlier engine goes on. Throws a `ReasonError` when it cannot be. */
  restored(record: IncomingRecord): IncomingTransfer;
  /** What was taken up is not shown any more. */
  close(): void;
}

export function createNewcomers(options: NewcomersOptions): Newcomers {
  const { transfers, isHere } = options;
  /** Names in use by transfers under way. */
  const claimed = new Set<string>();
  let closed = false;

  function all(): IncomingTransfer[] {
    return [...transfers.incoming.values()];
  }

  function isTooMuch(peerKey: string, entryCount: number): boolean {
    if (hasTooMany(all(), peerKey, entryCount)) return true;
    // Offers of people who have gone make room for those of people who are here.
    const oldest = makesRoom(all(), isHere);
    if (oldest) transfers.withdraw(oldest);
    return roomHasTooMany(all(), entryCount);
  }

  /** There is something to show: asks the person, or accepts for them. */
  async function present(transfer: IncomingTransfer): Promise<void> {
    const space = await options.world.disk.space(options.incomingFolder()).catch(() => null);
    if (closed || transfers.get(transfer.id) !== transfer) return;
    transfer.setFreeBytes(space?.freeBytes ?? null);
    transfers.show(transfer);
    const view = transfer.view();
    if (transfer.status.phase !== 'offered' || !options.shouldAccept(view)) return;
    const lack = space && lackOf(all(), space, { bytes: view.total, entries: transfer.entryCount });
    if (lack) {
      options.onNotAccepted(view, lack);
      return;
    }
    await transfer.accept(options.incomingFolder(), limits.automaticFreeBytes).catch((error: unknown) => {
      if (transfer.status.phase === 'offered') options.onNotAccepted(view, reasonOf(error));
    });
  }

  function contextOf(id: string): Omit<IncomingContext, 'presented'> {
    const { incomingFolder: folder, folderLabel } = options;
    return { surroundings: transfers.surroundings(id), claimed, folder, folderLabel };
  }

  return {
    offered(from, offer) {
      const id = offer.transfer;
      if (isTooMuch(from.peer.key, offer.files + offer.folders)) {
        from.refuse();
        refuseOffer(from, id, 'too-many-offers');
        return;
      }
      let transfer: IncomingTransfer;
      try {
        transfer = createIncoming({
          offer,
          traffic: from,
          ...contextOf(id),
          presented: () => void present(transfer),
        });
      } catch (error) {
        from.refuse();
        refuseOffer(from, id, reasonOf(error).code === 'too-many-entries' ? 'too-many-entries' : 'bad-offer');
        return;
      }
      transfers.addIncoming(transfer);
      transfer.begin(offer.first);
    },
    restored(record) {
      if (transfers.get(record.transfer)) throw new ReasonError('request-invalid', { message: 'here already' });
      const transfer = restoreIncoming(record, contextOf(record.transfer));
      transfers.addIncoming(transfer);
      transfers.show(transfer);
      transfer.begin();
      return transfer;
    },
    close() {
      closed = true;
    },
  };
}
