import type { Control, ControlOf } from '../../shared/protocol/transfer-messages.ts';
import type { Reason } from '../../shared/reasons.ts';
import type { Person } from '../../shared/views.ts';
import type { Source } from '../files/source.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import { packManifest } from './manifest.ts';
import { createOutgoingStream } from './outgoing-stream.ts';
import { createReceiverWords } from './receiver-words.ts';
import { type Happening, initialStatus, isEnded, isFlowing, type Say, type Status, seenByPeer, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';
import { buildView, createProgress } from './view.ts';

export interface OutgoingOptions {
  id: string;
  peer: Person;
  source: Source;
  surroundings: Surroundings;
}

/** The sending side of one transfer. Throws what `packManifest` does. */
export function createOutgoing(options: OutgoingOptions): Transfer {
  const { id, source, surroundings } = options;
  const { entries } = source;
  const manifest = packManifest(entries);
  const { shape } = manifest;
  const progress = createProgress(surroundings.now);
  let status: Status = initialStatus('sender');
  let peer = options.peer;
  let traffic: LaneTraffic | null = null;

  const stream = createOutgoingStream({
    id,
    source,
    manifest,
    now: surroundings.now,
    traffic: () => traffic,
    isFlowing: () => isFlowing(status),
    started() {
      if (status.phase !== 'running') happen({ type: 'started' });
    },
    allMoved() {
      if (status.phase !== 'verifying') happen({ type: 'all-moved' });
    },
    gaveUp: moved,
    sourceAway: () => happen({ type: 'hold', reason: { code: 'source-away' } }),
  });

  const heard = createReceiverWords({
    stream,
    shape,
    progress,
    status: () => status,
    traffic: () => traffic,
    happen,
    moved,
  });

  function happen(happened: Happening): void {
    const before = status;
    const { status: next, say } = step(status, happened);
    status = next;
    if (isFlowing(before) !== isFlowing(next)) progress.resetRates();
    if (isEnded(next)) {
      stream.stop();
      traffic?.leave(stream.blocks);
    }
    for (const word of say) speak(word);
    if (next !== before) surroundings.changed();
    if (isFlowing(next)) traffic?.pump();
  }

  /** Nothing goes on it before the receiver has said on it where to begin. */
  function speakOn(lane: LaneTraffic | null): void {
    stream.stop();
    traffic?.leave(stream.blocks);
    traffic = lane;
    if (!isEnded(status)) traffic?.join(stream.blocks);
  }

  function speak(word: Say): void {
    const hold = status.heldByMe?.code ?? null;
    if (word === 'offer') traffic?.send({ type: 'offer', transfer: id, ...shape, hold, ...firstPage() });
    else if (word === 'hold' && hold) traffic?.send({ type: 'hold', transfer: id, reason: hold });
    else if (word === 'resume') traffic?.send({ type: 'resume', transfer: id });
    else if (word === 'cancel') traffic?.send(lastWord());
  }

  /** As long as its receiver may not have seen it. */
  function firstPage(): Pick<ControlOf<'offer'>, 'first'> {
    return status.phase === 'offered' && manifest.first ? { first: manifest.first } : {};
  }

  function lastWord(): Control {
    return { type: 'cancel', transfer: id, reason: seenByPeer(status.reason?.code ?? 'cancelled-by-me') };
  }

  /** Something has become known that a person sees, and something may go that could not. */
  function moved(): void {
    surroundings.progressed();
    traffic?.pump();
  }

  return {
    id,
    direction: 'out',
    peerKey: peer.key,
    arrived: null,
    get sentFiles() {
      return stream.sent.files;
    },
    get lane() {
      return traffic;
    },
    get status() {
      return status;
    },
    view: () =>
      buildView({
        id,
        direction: 'out',
        peer,
        status,
        shape,
        entries,
        shownPath: (entry) => entry.path,
        progress,
        failed: stream.givenUp.list,
        folder: null,
        arrived: null,
        freeBytes: null,
      }),
    contents: { entries, count: entries.length, shownName: (name) => name },
    laneUp(given) {
      peer = given.peer;
      speakOn(given);
      happen({ type: 'lane-up' });
    },
    laneMoved(to, by) {
      speakOn(to);
      stream.repeatDigests();
      if (by === 'us') happen({ type: 'lane-moved' });
    },
    laneDown() {
      speakOn(null);
      happen({ type: 'lane-down' });
    },
    parted: (why) => happen({ type: 'parted', why }),
    peerRenamed(name) {
      peer = { ...peer, name };
      surroundings.changed();
    },
    control: heard,
    block() {
      traffic?.refuse();
      return false;
    },
    pause() {
      happen({ type: 'hold', reason: { code: 'paused-by-me' } });
    },
    resume() {
      happen({ type: 'resume' });
    },
    cancel(reason: Reason) {
      happen({ type: 'cancel', reason });
    },
    lastWord,
    released: stream.released,
  };
}
