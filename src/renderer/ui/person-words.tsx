import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { type Reason, reasonOf } from '../../shared/reasons.ts';
import { reasonLine, text } from '../../shared/text.ts';
import { useUi } from './context.ts';
import { ChevronIcon } from './icons.tsx';

type Made = { readonly words: readonly string[] } | { readonly problem: Reason } | null;

/** The six words of a key; null while they are made. */
export function usePersonWords(key: string): Made {
  const { actions } = useUi();
  const [made, setMade] = useState<Made>(null);
  useEffect(() => {
    let wanted = true;
    const show = (next: Made): void => {
      if (wanted) setMade(next);
    };
    actions.personWords(key).then(
      (words) => show({ words }),
      (error: unknown) => show({ problem: reasonOf(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [actions, key]);
  return made;
}

/** Six words to be read aloud, in the order in which they are read. */
export function Words({ made, labelledBy }: { made: Made; labelledBy: string }): JSX.Element {
  if (made && 'problem' in made) {
    return (
      <p class="form-problem" role="alert">
        {reasonLine(made.problem)}
      </p>
    );
  }
  return (
    <ol class="words" aria-labelledby={labelledBy} aria-busy={made === null} translate={false}>
      {made ? made.words.map((word, place) => <li key={made.words.slice(0, place + 1).join(' ')}>{word}</li>) : null}
      {!made && <li class="words-wait">{text.samePerson.making}</li>}
    </ol>
  );
}

/** One's own six words, made when somebody asks for them. */
export function OwnWords({ identity }: { identity: string }): JSX.Element {
  const id = useId();
  const [open, setOpen] = useState(false);
  return (
    <details class="disclosure own-words" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary id={id}>
        <ChevronIcon />
        {text.samePerson.own}
      </summary>
      {open && <OwnWordsShown identity={identity} labelledBy={id} />}
    </details>
  );
}

function OwnWordsShown({ identity, labelledBy }: { identity: string; labelledBy: string }): JSX.Element {
  const made = usePersonWords(identity);
  return (
    <>
      <Words made={made} labelledBy={labelledBy} />
      <p class="hint">{text.samePerson.ownHint}</p>
    </>
  );
}
