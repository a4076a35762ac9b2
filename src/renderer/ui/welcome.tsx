import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { SourceSummary } from '../../shared/bridge.ts';
import { text } from '../../shared/text.ts';
import { CodeField } from './code-field.tsx';
import { attempt, useUi } from './context.ts';
import { PlusIcon } from './icons.tsx';
import { NameField } from './name-field.tsx';
import { OwnWords } from './person-words.tsx';
import { Standing } from './standing.tsx';

/** No room yet: start one, or join one. */
export function Welcome({
  name,
  identity,
  standing,
}: {
  name: string;
  /** The own installation key. */
  identity: string;
  /** Handed to the app before there is anybody to offer it to. */
  standing: readonly SourceSummary[];
}): JSX.Element {
  const ui = useUi();
  const [starting, setStarting] = useState(false);
  const start = async (): Promise<void> => {
    setStarting(true);
    await attempt(ui, ui.actions.createRoom);
    setStarting(false);
  };
  return (
    <main class="welcome" tabIndex={-1}>
      <header class="welcome-head">
        <h1>{text.brand.headline}</h1>
        <p>{text.brand.lead}</p>
      </header>
      <Standing sources={standing} alone />
      <div class="ways">
        <section class="way" aria-labelledby="way-start">
          <h2 id="way-start">{text.welcome.start}</h2>
          <p>{text.welcome.startLead}</p>
          <Doorway />
          <button type="button" class="button large primary" disabled={starting} onClick={() => void start()}>
            <PlusIcon />
            <span>{starting ? text.welcome.starting : text.welcome.start}</span>
          </button>
        </section>
        <section class="way" aria-labelledby="way-join">
          <h2 id="way-join">{text.welcome.join}</h2>
          <p>{text.welcome.joinLead}</p>
          <CodeField />
        </section>
      </div>
      <div class="own">
        <NameField name={name} />
        <OwnWords identity={identity} />
      </div>
    </main>
  );
}

/** Two doors, and something on its way from one to the other. Decorative. */
function Doorway(): JSX.Element {
  return (
    <svg class="doorway" viewBox="0 0 320 112" aria-hidden="true" focusable="false">
      <path class="doorway-floor" d="M18 100.5h284" />
      <g class="doorway-room">
        <path d="M36 100V52a26 26 0 0 1 52 0v48Z" />
        <path d="M232 100V52a26 26 0 0 1 52 0v48Z" />
      </g>
      <path class="doorway-way" d="M94 58c30-34 102-34 132 0" />
      <g class="doorway-file">
        <path d="M150 18h14l8 8v20a4 4 0 0 1-4 4h-18a4 4 0 0 1-4-4V22a4 4 0 0 1 4-4Z" />
        <path class="doorway-lines" d="M153 33h12M153 40h8" />
      </g>
      <g class="doorway-light">
        <circle cx="77" cy="76" r="2.5" />
        <circle cx="243" cy="76" r="2.5" />
      </g>
    </svg>
  );
}
