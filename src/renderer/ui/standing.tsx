import type { JSX } from 'preact';
import type { SourceSummary } from '../../shared/bridge.ts';
import { displayName } from '../../shared/format.ts';
import { text } from '../../shared/text.ts';
import { attempt, useUi } from './context.ts';
import { CloseIcon, FilesIcon } from './icons.tsx';

const words = text.standing;

/** What is offered to whoever joins, each with a way to take it back. */
export function Standing({
  sources,
  alone,
}: {
  sources: readonly SourceSummary[];
  alone: boolean;
}): JSX.Element | null {
  const ui = useUi();
  if (sources.length === 0) return null;
  return (
    <section class="standing" aria-labelledby="standing-heading">
      <FilesIcon />
      <h2 id="standing-heading">{alone ? words.alone : words.also}</h2>
      <ul>
        {sources.map(({ id, title, topLevelEntries, files, folders, bytes }) => (
          <li key={id}>
            <bdi class="standing-title" title={displayName(title)}>
              {text.transfers.titled(title, topLevelEntries)}
            </bdi>
            <span class="standing-size">{words.amount(files, folders, bytes)}</span>
            <button
              type="button"
              class="button icon-only quiet"
              aria-label={words.withdraw(title)}
              title={words.withdraw(title)}
              onClick={() => void attempt(ui, () => ui.actions.withdraw(id))}
            >
              <CloseIcon />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
