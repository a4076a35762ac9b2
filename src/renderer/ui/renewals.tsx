import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RenewalView } from '../../shared/room-guard.ts';
import { text } from '../../shared/text.ts';
import { Avatar } from './avatar.tsx';
import { attempt, useUi } from './context.ts';

/** Who moves on to another room: nobody goes along without saying so. */
export function Renewals({ renewals }: { renewals: readonly RenewalView[] }): JSX.Element | null {
  if (renewals.length === 0) return null;
  return (
    <section class="requests renewals" aria-labelledby="renewals-heading">
      <h2 id="renewals-heading" class="section-heading">
        {text.guard.asksHeading}
      </h2>
      <ul class="cards">
        {renewals.map((renewal) => (
          <Renewal key={renewal.key} renewal={renewal} />
        ))}
      </ul>
    </section>
  );
}

function Renewal({ renewal }: { renewal: RenewalView }): JSX.Element {
  const ui = useUi();
  const words = text.guard;
  const [answering, setAnswering] = useState(false);
  const { key, name } = renewal;
  const id = `renewal-${key}`;
  const answer = async (action: (given: RenewalView) => Promise<void>): Promise<void> => {
    setAnswering(true);
    await attempt(ui, () => action(renewal));
    setAnswering(false);
  };
  return (
    <li class="card request" aria-labelledby={id}>
      <div class="request-head">
        <Avatar name={name} identity={key} />
        <div class="request-text">
          <h3 id={id} class="request-title">
            <bdi>{words.asks(name)}</bdi>
          </h3>
          <p class="request-size">{words.asksDetail}</p>
        </div>
      </div>
      <div class="request-answer">
        <button
          type="button"
          class="button primary"
          disabled={answering}
          aria-label={words.goAlongLabel(name)}
          onClick={() => void answer(ui.actions.goAlong)}
        >
          {words.goAlong}
        </button>
        <button
          type="button"
          class="button"
          disabled={answering}
          aria-label={words.stayLabel(name)}
          onClick={() => void answer(ui.actions.stayHere)}
        >
          {words.stay}
        </button>
      </div>
    </li>
  );
}
