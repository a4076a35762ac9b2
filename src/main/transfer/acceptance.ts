import type { Control, ControlOf } from '../../shared/protocol/transfer-messages.ts';
import { type Reason, ReasonError, reasonOf } from '../../shared/reasons.ts';
import { type Disk, diskReason } from '../files/disk.ts';
import type { IncomingRecord } from './incoming-record.ts';
import type { Manifest } from './manifest.ts';
import { type Happening, isEnded } from './state.ts';

/** From an offer to the point where its manifest is whole and somebody has said yes to it. */
export interface Acceptance {
  /** Somebody is just saying yes. */
  readonly underway: boolean;
  /** Takes the first page, or asks for it, and once it is accepted for the others; says so when all are here. */
  begin(first?: ControlOf<'offer'>['first']): void;
  /** What was asked for on the lane before is asked for again once the sender has named the transfer. */
  laneUp(): void;
  offer(offer: ControlOf<'offer'>): void;
  page(page: number, given: ControlOf<'manifest'>['entries']): void;
  /** See `IncomingTransfer`. */
  accept(folder: string, floorBytes: number): Promise<void>;
  /** Sees to the pages that are wanted now, and once it is accepted says when all are here. */
  gather(): void;
}

export interface AcceptanceOptions {
  record: IncomingRecord;
  manifest: Manifest;
  disk: Disk;
  folderLabel(path: string): string;
  happen(happened: Happening): void;
  send(control: Control): void;
  /** Pages asked for and not yet here, at most, on the lane that it speaks on. */
  pagesAhead(): number;
  /** The sender broke the rules. */
  fail(reason: Reason): void;
  /** The first page is here. */
  presented(): void;
  /** Accepted, and every page is here. */
  whole(): void;
}

export function createAcceptance(options: AcceptanceOptions): Acceptance {
  const { record, manifest, happen, send, fail } = options;
  const { transfer, shape } = record;
  let askedPages = 0;
  let underway = false;

  function askPages(): void {
    const until =
      record.status.phase === 'offered' ? 1 : Math.min(manifest.nextPage + options.pagesAhead(), shape.pages);
    for (; askedPages < until; askedPages++) send({ type: 'want-manifest', transfer, page: askedPages });
  }

  function gather(): void {
    if (isEnded(record.status)) return;
    if (manifest.complete) options.whole();
    else askPages();
  }

  function begin(first: ControlOf<'offer'>['first']): void {
    // One that was asked for comes by itself.
    if (!first || askedPages > 0) gather();
    else {
      askedPages = 1;
      add(0, first);
    }
  }

  function add(page: number, given: ControlOf<'manifest'>['entries']): void {
    try {
      manifest.add(page, given);
    } catch (error) {
      fail(reasonOf(error));
      return;
    }
    if (page === 0) options.presented();
    if (record.status.phase !== 'offered') gather();
  }

  function isSame(offer: ControlOf<'offer'>): boolean {
    return (
      offer.files === shape.files &&
      offer.folders === shape.folders &&
      offer.bytes === shape.bytes &&
      offer.pages === shape.pages &&
      offer.topLevelEntries === shape.topLevelEntries
    );
  }

  function assertOffered(): void {
    if (record.status.phase !== 'offered') throw new ReasonError('request-invalid', { message: 'not offered' });
  }

  return {
    get underway() {
      return underway;
    },
    begin,
    laneUp() {
      askedPages = manifest.nextPage;
    },
    offer(offer) {
      if (!isSame(offer) && !isEnded(record.status)) return fail({ code: 'bad-offer' });
      happen({ type: 'peer-offer', hold: offer.hold });
      if (!isEnded(record.status) && !manifest.complete) begin(offer.first);
    },
    page(page, given) {
      if (page >= askedPages) fail({ code: 'bad-offer' });
      else add(page, given);
    },
    async accept(folder, floorBytes) {
      assertOffered();
      underway = true;
      try {
        await options.disk.ensureFolder(folder);
      } catch (error) {
        underway = false;
        throw new ReasonError(diskReason(error), { folder: options.folderLabel(folder) }, { cause: error });
      }
      // While the folder was made somebody else may have ended or answered it.
      assertOffered();
      record.folder = folder;
      record.floorBytes = floorBytes;
      happen({ type: 'accept' });
      gather();
    },
    gather,
  };
}
