import type { JSX } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Reason, reasonOf } from '../../shared/reasons.ts';
import { parseRoomCode } from '../../shared/room-code.ts';
import { reasonText, text } from '../../shared/text.ts';
import { completeDraft, correctDraft, readDraft, type Typed, typed } from './code-draft.ts';
import { Completion } from './completion.tsx';
import { useUi } from './context.ts';
import { ArrowIcon, CheckIcon } from './icons.tsx';
import { WordMarks } from './word-marks.tsx';

/** Joining: one field for five words, completed while typing, judged before joining. */
export function CodeField(): JSX.Element {
  const { actions } = useUi();
  const ids = { field: useId(), list: useId(), message: useId() };
  const field = useRef<HTMLInputElement>(null);
  const [now, setNow] = useState<Typed>({ text: '', caret: 0 });
  const [marked, setMarked] = useState(-1);
  const [closed, setClosed] = useState(true);
  const [refusal, setRefusal] = useState<Reason | null>(null);
  const [joining, setJoining] = useState(false);

  const draft = readDraft(now);
  const options = closed ? [] : draft.completions;
  const problem = refusal ?? draft.problem;

  const change = (next: Typed): void => {
    setNow(next);
    setMarked(-1);
    setClosed(false);
    setRefusal(null);
  };
  useLayoutEffect(() => {
    const input = field.current;
    if (!input || document.activeElement !== input) return;
    if (input.selectionStart !== input.selectionEnd) return;
    if (input.selectionStart !== now.caret) input.setSelectionRange(now.caret, now.caret);
  }, [now]);

  const followCaret = (): void => {
    const caret = field.current?.selectionStart ?? 0;
    setNow((last) => (last.caret === caret || field.current?.value !== last.text ? last : { ...last, caret }));
  };

  const join = async (): Promise<void> => {
    const [only, ...more] = draft.completions;
    const last = only !== undefined && more.length === 0 ? completeDraft(now, only) : now;
    if (last !== now) setNow(last);
    setClosed(true);
    const parsed = parseRoomCode(last.text);
    if ('error' in parsed) {
      setRefusal(parsed.error);
      field.current?.focus();
      return;
    }
    setJoining(true);
    try {
      await actions.joinRoom(parsed.code);
    } catch (error) {
      setRefusal(reasonOf(error));
    } finally {
      setJoining(false);
    }
  };

  const accept = (word: string): void => {
    change(completeDraft(now, word));
    field.current?.focus();
  };

  const suggested = problem?.code === 'code-word' ? problem.detail?.suggestion : undefined;
  const suggestion = typeof suggested === 'string' ? suggested : undefined;
  const correct = (word: string): void => {
    change(correctDraft(now, draft, word));
    field.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    const [first, ...more] = options;
    const chosen = options[marked] ?? (first !== undefined && more.length === 0 ? first : undefined);
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (draft.completions.length === 0) return;
      event.preventDefault();
      setClosed(false);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = draft.completions.length;
      setMarked(marked < 0 ? (step > 0 ? 0 : count - 1) : (marked + step + count) % count);
    } else if (event.key === 'Escape' && options.length > 0) {
      event.preventDefault();
      setClosed(true);
      setMarked(-1);
    } else if (event.key === 'Enter' && marked >= 0 && chosen !== undefined) {
      event.preventDefault();
      accept(chosen);
    } else if (event.key === 'Tab' && !event.shiftKey && chosen !== undefined) {
      const completed = completeDraft(now, chosen);
      change(completed);
      // After the last word there is nothing more to type: the keyboard goes on as it would anywhere else.
      if (completed.text.endsWith('-') || completed.caret < completed.text.length) event.preventDefault();
    }
  };

  return (
    <form
      class="code-field"
      onSubmit={(event) => {
        event.preventDefault();
        void join();
      }}
    >
      <label class="visually-hidden" for={ids.field}>
        {text.code.label}
      </label>
      <input
        ref={field}
        id={ids.field}
        class="input large"
        type="text"
        role="combobox"
        aria-expanded={options.length > 0}
        aria-controls={ids.list}
        aria-autocomplete="list"
        aria-activedescendant={marked >= 0 ? `${ids.list}-${marked}` : undefined}
        aria-describedby={ids.message}
        aria-invalid={problem !== null}
        autocomplete="off"
        autocapitalize="none"
        // In lower case it is a property here, for which "off" is as true as "on".
        autoCorrect="off"
        spellcheck={false}
        placeholder={text.code.placeholder}
        value={now.text}
        onInput={({ currentTarget }) =>
          change(
            typed(
              { text: currentTarget.value, caret: currentTarget.selectionStart ?? currentTarget.value.length },
              now.text,
            ),
          )
        }
        onClick={followCaret}
        onKeyUp={followCaret}
        onKeyDown={onKeyDown}
        onBlur={() => setClosed(true)}
      />
      <WordMarks draft={draft} />
      <div
        class="completions"
        id={ids.list}
        role="listbox"
        aria-label={text.code.completions}
        // Closed, it keeps its place: the button below must not move away under a finger that is about to press it.
        hidden={draft.completions.length === 0}
        data-open={options.length > 0}
      >
        {draft.completions.map((word, index) => (
          <Completion
            key={word}
            id={`${ids.list}-${index}`}
            word={word}
            typedLetters={typedLetters(now)}
            marked={index === marked}
            accept={accept}
          />
        ))}
      </div>
      <p class="field-message" id={ids.message} aria-live="polite" data-bad={problem !== null}>
        <Message problem={problem} complete={draft.code !== null} brief={suggestion !== undefined} />{' '}
        {suggestion !== undefined && (
          <button type="button" class="link" onClick={() => correct(suggestion)}>
            {text.code.useInstead(suggestion)}
          </button>
        )}
      </p>
      <button type="submit" class={draft.code ? 'button large primary' : 'button large'} disabled={joining}>
        <span>{joining ? text.welcome.joining : text.welcome.joinAction}</span>
        <ArrowIcon />
      </button>
    </form>
  );
}

function typedLetters({ text: all, caret }: Typed): number {
  return caret - (all.lastIndexOf('-', caret - 1) + 1);
}

interface MessageProps {
  readonly problem: Reason | null;
  readonly complete: boolean;
  /** Leaves what can be done to the button beside it. */
  readonly brief: boolean;
}

function Message({ problem, complete, brief }: MessageProps): JSX.Element | null {
  if (problem) {
    const { title, detail } = reasonText(problem);
    return (
      <>
        <strong>{title}</strong> {!brief && detail}
      </>
    );
  }
  if (!complete) return null;
  return (
    <>
      <CheckIcon /> {text.code.complete}
    </>
  );
}
