import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { text } from '../../shared/text.ts';
import type { TransferView } from '../../shared/views.ts';
import { attempt, useUi } from './context.ts';
import { TransferRow } from './transfer-row.tsx';

interface TransferListProps {
  readonly active: readonly TransferView[];
  readonly ended: readonly TransferView[];
}

/** Shown at first: hundreds of rows cost more than they tell. */
const latestEnded = 50;

/** What moves, then what has ended. */
export function TransferList({ active, ended }: TransferListProps): JSX.Element {
  const ui = useUi();
  const [all, setAll] = useState(false);
  const shown = all ? ended : ended.slice(0, latestEnded);
  const clear = (): void => {
    for (const { id } of ended) void attempt(ui, () => ui.actions.forget(id));
  };
  return (
    <>
      {active.length > 0 && (
        <section aria-labelledby="active-heading">
          <h2 id="active-heading" class="section-heading">
            {text.transfers.active}
            <span class="count">{active.length}</span>
          </h2>
          <Rows transfers={active} />
        </section>
      )}
      {ended.length > 0 && (
        <section aria-labelledby="ended-heading">
          <div class="section-bar">
            <h2 id="ended-heading" class="section-heading">
              {text.transfers.ended}
              <span class="count">{ended.length}</span>
            </h2>
            <button type="button" class="button quiet small" onClick={clear}>
              {text.transfers.clearEnded}
            </button>
          </div>
          <Rows transfers={shown} />
          {shown.length < ended.length && (
            <button type="button" class="button quiet small" onClick={() => setAll(true)}>
              {text.transfers.showAll(ended.length)}
            </button>
          )}
        </section>
      )}
    </>
  );
}

function Rows({ transfers }: { transfers: readonly TransferView[] }): JSX.Element {
  return (
    <ul class="card rows">
      {transfers.map((transfer) => (
        <Row key={transfer.id} transfer={transfer} />
      ))}
    </ul>
  );
}

/** Drawn again only when this transfer changed: one that moves must not redraw fifty others. */
function Row({ transfer }: { transfer: TransferView }): JSX.Element {
  return useMemo(() => <TransferRow transfer={transfer} />, [transfer]);
}
