import type { JSX } from 'preact';

interface CompletionProps {
  readonly id: string;
  readonly word: string;
  readonly typedLetters: number;
  readonly marked: boolean;
  accept(word: string): void;
}

/** One word of the list under the code field; what was typed of it stands out. */
export function Completion({ id, word, typedLetters, marked, accept }: CompletionProps): JSX.Element {
  return (
    <div
      class="completion"
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={marked}
      aria-label={word}
      // Before the field loses focus, and with it the list.
      onPointerDown={(event) => {
        event.preventDefault();
        accept(word);
      }}
    >
      <b>{word.slice(0, typedLetters)}</b>
      {word.slice(typedLetters)}
    </div>
  );
}
