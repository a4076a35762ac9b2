import { reasonText, text } from '../shared/text.ts';
import type { TransferView } from '../shared/views.ts';
import type { CoreListener } from './core.ts';

/** What is worth a system notification: a request that waits for an answer, and an end. Each once. */
export function createNotifier(
  notify: (title: string, body: string) => void,
): Pick<CoreListener, 'transfer' | 'transferGone'> {
  const told = new Map<string, TransferView['state']>();
  return {
    transfer(view) {
      if (told.get(view.id) === view.state) return;
      told.set(view.id, view.state);
      if (view.state === 'offered' && view.direction === 'in') notify(text.request.from(view.peer.name), view.title);
      if (view.state === 'done' && view.direction === 'in') notify(text.brand.name, view.title);
      if (view.state === 'failed' && view.reason) notify(view.title, reasonText(view.reason).title);
    },
    transferGone: (id) => void told.delete(id),
  };
}
