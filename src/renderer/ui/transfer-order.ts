import { hasEnded, type TransferView } from '../../shared/views.ts';

/** Offers that wait for this person's answer. */
export function isRequest(transfer: TransferView): boolean {
  return transfer.direction === 'in' && transfer.state === 'offered';
}

export interface TransferGroups {
  /** Oldest first: who asked first is answered first. */
  readonly requests: readonly TransferView[];
  /** Newest first. */
  readonly active: readonly TransferView[];
  /** Newest first. */
  readonly ended: readonly TransferView[];
}

export function groupTransfers(transfers: readonly TransferView[]): TransferGroups {
  const newestFirst = [...transfers].reverse();
  return {
    requests: transfers.filter(isRequest),
    active: newestFirst.filter((transfer) => !hasEnded(transfer) && !isRequest(transfer)),
    ended: newestFirst.filter(hasEnded),
  };
}
