import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { limits } from '../../shared/protocol/limits.ts';
import { text } from '../../shared/text.ts';
import { attempt, useUi } from './context.ts';

/** One's own name, saved when the field is left or Enter is pressed; Escape and an empty field bring the old one back. */
export function NameField({ name }: { name: string }): JSX.Element {
  const ui = useUi();
  const id = useId();
  const [draft, setDraft] = useState(name);
  useEffect(() => setDraft(name), [name]);
  const save = (): void => {
    const wanted = draft.trim();
    if (wanted === '' || wanted === name) setDraft(name);
    else void attempt(ui, () => ui.actions.updateSettings({ name: wanted }));
  };
  return (
    <div class="name-field">
      <label for={id}>{text.welcome.name}</label>
      <input
        id={id}
        class="input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        maxLength={limits.nameCharacters}
        value={draft}
        onInput={({ currentTarget }) => setDraft(currentTarget.value)}
        onBlur={save}
        onKeyDown={({ key, currentTarget }) => {
          if (key === 'Enter') currentTarget.blur();
          if (key === 'Escape') setDraft(name);
        }}
      />
    </div>
  );
}
