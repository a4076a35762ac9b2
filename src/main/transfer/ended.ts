import type { Control, ControlOf } from '../../shared/protocol/transfer-messages.ts';
import { isPossibleEnd } from './sent-files.ts';
import { type Happening, reasonFor, stateOf, step } from './state.ts';
import type { Surroundings, Transfer } from './transfer.ts';

/**
 * What stays of a transfer that is over and off the disk: what is shown of it, the word its peer is told when it asks,
 * and where it landed. Its manifest, which may list a million files, its source and its records go with the transfer
 * that it replaces. It speaks and listens as that one would.
 */
export function createEnded(of: Transfer, surroundings: Pick<Surroundings, 'changed'>): Transfer {
  const { id, direction, peerKey, arrived, sentFiles } = of;
  const lastWord = of.lastWord();
  let view = of.view();
  let status = of.status;
  let lane = of.lane;

  function happen(happened: Happening): void {
    const before = status;
    const { status: next, say } = step(status, happened);
    status = next;
    // Whatever is left to be said, it is this.
    for (const _ of say) lane?.send(lastWord);
    if (next !== before) surroundings.changed();
  }

  /** The receiver's word about what was cancelled here: it may have been done before it heard. */
  function ended(message: ControlOf<'ended'>): void {
    if (status.role === 'receiver') return;
    const { files, total } = view;
    if (!isPossibleEnd(message, view, { files: sentFiles })) {
      lane?.refuse();
      happen({ type: 'peer-ended', state: 'failed', reason: 'false-report' });
      return;
    }
    if (message.state === 'done') {
      view = { ...view, filesDone: message.files, ...(message.failed === 0 && { bytes: total }) };
    }
    // Which ones is no longer known: their names went with the manifest.
    const failedCount = Math.min(Math.max(view.failedCount, message.failed), files);
    view = { ...view, failedCount };
    const { state, reason } = message;
    happen({ type: 'peer-ended', state, reason, ...(message.failed > 0 && { detail: { count: message.failed } }) });
  }

  return {
    id,
    direction,
    peerKey,
    arrived,
    sentFiles,
    get lane() {
      return lane;
    },
    get status() {
      return status;
    },
    view: () => ({ ...view, state: stateOf(status), reason: reasonFor(status) }),
    laneUp(given) {
      lane = given;
      view = { ...view, peer: given.peer };
      happen({ type: 'lane-up' });
    },
    laneMoved(to, by) {
      lane = to;
      if (by === 'us') happen({ type: 'lane-moved' });
    },
    laneDown() {
      lane = null;
      happen({ type: 'lane-down' });
    },
    parted() {},
    peerRenamed(name) {
      view = { ...view, peer: { ...view.peer, name } };
      surroundings.changed();
    },
    control(control: Control) {
      if (control.type === 'ended') ended(control);
      else if (control.type === 'offer') happen({ type: 'peer-offer', hold: control.hold });
      else if (control.type === 'accept') happen({ type: 'peer-bind', hold: control.hold });
      else if (control.type === 'cancel') happen({ type: 'peer-cancel', reason: control.reason });
      else if (control.type === 'query') happen({ type: 'peer-query' });
      else if (control.type === 'gone') happen({ type: 'peer-gone' });
      else if (control.type === 'want-manifest' && control.page === 0) happen({ type: 'peer-restart' });
    },
    block: () => false,
    pause() {},
    resume() {},
    cancel() {},
    lastWord: () => lastWord,
    released: () => Promise.resolve(),
  };
}
