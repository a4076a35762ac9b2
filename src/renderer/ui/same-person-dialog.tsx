import type { JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Reason, reasonOf } from '../../shared/reasons.ts';
import { reasonLine, text } from '../../shared/text.ts';
import type { Acquaintance } from './acquaintance.ts';
import { useUi } from './context.ts';
import { AlertIcon, CloseIcon } from './icons.tsx';
import { Modal } from './modal.tsx';
import { usePersonWords, Words } from './person-words.tsx';

const words = text.samePerson;

interface SamePersonProps {
  /** One's own key. */
  readonly own: string;
  readonly person: Acquaintance;
  /** The person's name as the card has it. */
  readonly shown: string;
  onClose(): void;
}

/** Their words and one's own, to be compared by another way than this one. */
export function SamePersonDialog({ own, person, shown, onClose }: SamePersonProps): JSX.Element {
  const { actions } = useUi();
  const [differ, setDiffer] = useState(false);
  const [problem, setProblem] = useState<Reason | null>(null);
  const [busy, setBusy] = useState(false);
  const known = person.standing.kind === 'known';
  const act = async (action: () => Promise<void>, then: () => void): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await action();
      then();
    } catch (error) {
      setProblem(reasonOf(error));
    } finally {
      setBusy(false);
    }
  };
  const unknow = (): Promise<void> => actions.unknow(person.key);
  return (
    <Modal class="same-person" labelledBy="same-person-heading" onClose={onClose}>
      <header class="modal-head">
        <h2 id="same-person-heading">{words.title}</h2>
        <button type="button" class="button icon-only quiet" aria-label={words.close} onClick={onClose}>
          <CloseIcon />
        </button>
      </header>
      {differ ? (
        <Differ shown={shown} onClose={onClose} />
      ) : (
        <Comparison
          own={own}
          person={person}
          shown={shown}
          problem={problem}
          busy={busy}
          match={() => void act(() => actions.know(person.key, person.name), onClose)}
          // A mark that stands was wrong.
          differ={() => (known ? void act(unknow, () => setDiffer(true)) : setDiffer(true))}
          unmark={known ? () => void act(unknow, onClose) : null}
        />
      )}
    </Modal>
  );
}

interface ComparisonProps extends Omit<SamePersonProps, 'onClose'> {
  readonly problem: Reason | null;
  readonly busy: boolean;
  match(): void;
  differ(): void;
  readonly unmark: (() => void) | null;
}

function Comparison({ own, person, shown, problem, busy, match, differ, unmark }: ComparisonProps): JSX.Element {
  const id = useId();
  const theirs = usePersonWords(person.key);
  const mine = usePersonWords(own);
  const ready = !busy && theirs !== null && 'words' in theirs && mine !== null && 'words' in mine;
  return (
    <>
      <div class="modal-body">
        <p>{words.explain}</p>
        <section>
          <h3 id={`${id}-theirs`}>
            <bdi>{words.theirs(shown)}</bdi>
          </h3>
          <Words made={theirs} labelledBy={`${id}-theirs`} />
        </section>
        <section>
          <h3 id={`${id}-mine`}>{words.mine}</h3>
          <Words made={mine} labelledBy={`${id}-mine`} />
        </section>
        {unmark && <p class="hint">{words.comparedBefore}</p>}
      </div>
      <footer class="modal-actions">
        <p class="form-problem" role="alert">
          {problem && reasonLine(problem)}
        </p>
        {unmark && (
          <button type="button" class="button quiet" disabled={busy} onClick={unmark}>
            {words.unmark}
          </button>
        )}
        <button type="button" class="button" disabled={!ready} onClick={differ}>
          {words.differ}
        </button>
        <button type="button" class="button primary" disabled={!ready} onClick={match}>
          {words.match}
        </button>
      </footer>
    </>
  );
}

/** Nothing is to be done here any more, and least of all to be sent. */
function Differ({ shown, onClose }: { shown: string; onClose(): void }): JSX.Element {
  const close = useRef<HTMLButtonElement>(null);
  // The button that was pressed has gone.
  useEffect(() => close.current?.focus(), []);
  return (
    <>
      <div class="modal-body">
        <div class="differ" role="alert">
          <AlertIcon />
          <div>
            <h3>
              <bdi>{words.doNotSend(shown)}</bdi>
            </h3>
            <p>{words.doNotSendDetail}</p>
          </div>
        </div>
      </div>
      <footer class="modal-actions">
        <button ref={close} type="button" class="button" onClick={onClose}>
          {words.close}
        </button>
      </footer>
    </>
  );
}
