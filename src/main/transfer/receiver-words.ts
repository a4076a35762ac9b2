import type { Control, ControlOf } from '../../shared/protocol/transfer-messages.ts';
import type { LaneTraffic } from './lane-traffic.ts';
import type { Shape } from './manifest.ts';
import type { OutgoingStream } from './outgoing-stream.ts';
import { isPossibleEnd } from './sent-files.ts';
import { type Happening, isEnded, type Status } from './state.ts';
import type { Progress } from './view.ts';

export interface ReceiverWordsOptions {
  stream: OutgoingStream;
  shape: Shape;
  progress: Progress;
  status(): Status;
  traffic(): LaneTraffic | null;
  happen(happened: Happening): void;
  /** Something has become known that a person sees, and something may go that could not. */
  moved(): void;
}

/** What a receiver says of a transfer, as its sender takes it: held against what went out before it is believed. */
export function createReceiverWords(options: ReceiverWordsOptions): (message: Control) => void {
  const { stream, shape, progress, status, traffic, happen, moved } = options;

  function bind(accept: ControlOf<'accept'>): void {
    if (!isEnded(status())) {
      if (!stream.bind(accept)) {
        fail();
        return;
      }
      progress.set(accept.written, accept.files);
      progress.resetRates();
    }
    happen({ type: 'peer-bind', hold: accept.hold });
    if (!isEnded(status())) traffic()?.pump();
  }

  function progressed(message: ControlOf<'progress'>): void {
    const taken = stream.progressed(message);
    if (taken === null) return;
    if (!taken) {
      fail();
      return;
    }
    progress.set(message.written, message.files);
    moved();
  }

  function ended({ state, reason, files, failed, failures }: ControlOf<'ended'>): void {
    if (!isPossibleEnd({ state, files, failed }, shape, stream.sent)) {
      traffic()?.refuse();
      happen({ type: 'peer-ended', state: 'failed', reason: 'false-report' });
      return;
    }
    for (const failure of failures) stream.givenUp.note(...failure);
    if (state === 'done')
      progress.set(failed === 0 ? shape.bytes : progress.written, failed === 0 ? shape.files : files);
    happen({ type: 'peer-ended', state, reason, ...(failed > 0 && { detail: { count: failed } }) });
  }

  function fail(): void {
    traffic()?.refuse();
    happen({ type: 'cancel', reason: { code: 'protocol-error' } });
  }

  function wantPage(page: number): void {
    if (page === 0) {
      stream.stop();
      happen({ type: 'peer-restart' });
    }
    if (isEnded(status())) return;
    if (stream.wantPage(page)) traffic()?.pump();
    else fail();
  }

  return (message) => {
    switch (message.type) {
      case 'want-manifest':
        return wantPage(message.page);
      case 'accept':
        return bind(message);
      case 'again':
        return stream.again(message.list);
      case 'skip':
        return stream.receiverGaveUp(message.list);
      case 'progress':
        return progressed(message);
      case 'hold':
        return happen({ type: 'peer-hold', reason: message.reason });
      case 'resume':
        return happen({ type: 'peer-resume' });
      case 'query':
        return happen({ type: 'peer-query' });
      case 'ended':
        return ended(message);
      case 'gone':
        return happen({ type: 'peer-gone' });
      default:
        traffic()?.refuse();
    }
  };
}
