import type { JSX } from 'preact';
import type { SourceSummary } from '../../shared/bridge.ts';
import { text } from '../../shared/text.ts';
import { FilesIcon } from './icons.tsx';

/** What will be offered to whoever joins. */
export function Staged({ sources, alone }: { sources: readonly SourceSummary[]; alone: boolean }): JSX.Element | null {
  if (sources.length === 0) return null;
  return (
    <section class="staged" aria-labelledby="staged-heading">
      <FilesIcon />
      <h2 id="staged-heading">{alone ? text.waiting.staged : text.waiting.stagedAlso}</h2>
      <ul>
        {sources.map((source) => (
          <li key={source.id}>
            <bdi>{text.waiting.stagedItem(source.title, source.files, source.bytes)}</bdi>
          </li>
        ))}
      </ul>
    </section>
  );
}
