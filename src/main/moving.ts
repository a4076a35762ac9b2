import type { TransferView } from '../shared/views.ts';
import type { CoreListener } from './core.ts';
import type { Host } from './host.ts';

/** Whether bytes flow now, and how far all of it is together: for the system's progress bar, and against sleep. */
export interface Moving extends Pick<CoreListener, 'transfer' | 'transferGone'> {
  readonly any: boolean;
}

export function createMoving(show: Host['setActivity']): Moving {
  const moving = new Map<string, TransferView>();

  function changed(): void {
    show({ transferring: moving.size > 0, fraction: fractionOf([...moving.values()]) });
  }

  return {
    get any() {
      return moving.size > 0;
    },
    transfer(view) {
      if (view.state === 'running' || view.state === 'verifying') moving.set(view.id, view);
      else moving.delete(view.id);
      changed();
    },
    transferGone(id) {
      if (moving.delete(id)) changed();
    },
  };
}

function fractionOf(moving: readonly TransferView[]): number | null {
  const total = moving.reduce((sum, view) => sum + view.total, 0);
  return total > 0 ? moving.reduce((sum, view) => sum + view.bytes, 0) / total : null;
}
