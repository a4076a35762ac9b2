import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { AppState } from '../../shared/bridge.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { reasonOf } from '../../shared/reasons.ts';
import { reasonText, type Sentence, text } from '../../shared/text.ts';
import { attempt, useUi } from './context.ts';
import { CloseIcon, FolderIcon } from './icons.tsx';
import { Modal } from './modal.tsx';
import { OwnWords } from './person-words.tsx';
import { changeOf, draftOf, type SettingProps, type SettingsDraft, switches } from './settings-draft.ts';
import { BrokerLines, IceLines } from './settings-lines.tsx';

const words = text.settings;

/** All settings. Nothing changes before "Save", but for a folder chosen in main's own dialog. */
export function SettingsDialog({ app, onClose }: { app: AppState; onClose(): void }): JSX.Element {
  const { actions } = useUi();
  const { settings } = app;
  const [draft, setDraft] = useState(() => draftOf(settings));
  const [problem, setProblem] = useState<Sentence | null>(null);
  const [saving, setSaving] = useState(false);
  const change = (part: Partial<SettingsDraft>): void => setDraft((now) => ({ ...now, ...part }));

  const save = async (): Promise<void> => {
    if (draft.name.trim() === '') {
      setProblem({ title: words.nameMissing });
      return;
    }
    const changed = changeOf(settings, draft, { downloads: !app.host.dialogs });
    setSaving(true);
    try {
      if (Object.keys(changed).length > 0) await actions.updateSettings(changed);
      onClose();
    } catch (error) {
      setProblem(reasonText(reasonOf(error)));
    } finally {
      setSaving(false);
    }
  };

  return (
    <Modal class="settings" labelledBy="settings-heading" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <header class="modal-head">
          <h2 id="settings-heading">{words.title}</h2>
          <button type="button" class="button icon-only quiet" aria-label={words.cancel} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        <div class="modal-body">
          <NameSetting app={app} draft={draft} change={change} />
          <Downloads app={app} draft={draft} change={change} />
          <Acceptance draft={draft} change={change} />
          <BrokerLines draft={draft} change={change} />
          <Links draft={draft} change={change} />
          <IceLines draft={draft} change={change} />
          <p class="hint version">{words.version(app.version)}</p>
        </div>
        <footer class="modal-actions">
          <p class="form-problem" role="alert">
            {problem && (
              <>
                <strong>{problem.title}</strong> {problem.detail}
              </>
            )}
          </p>
          <button type="button" class="button" onClick={onClose}>
            {words.cancel}
          </button>
          <button type="submit" class="button primary" disabled={saving}>
            {saving ? words.saving : words.save}
          </button>
        </footer>
      </form>
    </Modal>
  );
}

function NameSetting({ app, draft, change }: SettingProps & { app: AppState }): JSX.Element {
  const id = useId();
  return (
    <div class="setting">
      <label for={id}>{words.name}</label>
      <input
        id={id}
        class="input"
        type="text"
        autocomplete="off"
        maxLength={limits.nameCharacters}
        value={draft.name}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => change({ name: currentTarget.value })}
      />
      <p class="hint" id={`${id}-hint`}>
        {words.nameHint}
      </p>
      <OwnWords identity={app.key} />
    </div>
  );
}

/** Chosen in main's dialog where it has one, typed otherwise. */
function Downloads({ app, draft, change }: SettingProps & { app: AppState }): JSX.Element {
  const ui = useUi();
  const id = useId();
  if (app.host.dialogs) {
    return (
      <div class="setting">
        <span class="setting-label" id={id}>
          {words.downloads}
        </span>
        <div class="folder-choice">
          <FolderIcon />
          <bdi class="folder-name">{app.settings.downloads}</bdi>
          <button
            type="button"
            class="button small"
            aria-describedby={id}
            onClick={() => void attempt(ui, ui.actions.pickDownloads)}
          >
            {words.downloadsChange}
          </button>
        </div>
      </div>
    );
  }
  return (
    <div class="setting">
      <label for={id}>{words.downloads}</label>
      <input
        id={id}
        class="input"
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={draft.downloads}
        aria-describedby={`${id}-hint`}
        onInput={({ currentTarget }) => change({ downloads: currentTarget.value })}
      />
      <p class="hint" id={`${id}-hint`}>
        {words.downloadsHint}
      </p>
    </div>
  );
}

function Acceptance({ draft, change }: SettingProps): JSX.Element {
  const choice = (value: SettingsDraft['accept'], label: string, hint: string): JSX.Element => (
    <label class="choice">
      <input type="radio" name="accept" checked={draft.accept === value} onChange={() => change({ accept: value })} />
      <span>
        {label}
        <span class="hint">{hint}</span>
      </span>
    </label>
  );
  return (
    <fieldset class="setting">
      <legend>{words.accept}</legend>
      <div class="choices">
        {choice('ask', words.acceptAsk, words.acceptAskHint)}
        {choice('all', words.acceptAll, words.acceptAllHint)}
      </div>
    </fieldset>
  );
}

/** How this computer is reached; each with what it costs. */
function Links({ draft, change }: SettingProps): JSX.Element {
  return (
    <fieldset class="setting">
      <legend>{words.links}</legend>
      <div class="choices">
        {switches.map((each) => (
          <label class="choice" key={each}>
            <input
              type="checkbox"
              checked={draft[each]}
              onChange={({ currentTarget }) => change({ [each]: currentTarget.checked })}
            />
            <span>
              {words[each]}
              <span class="hint">{words.linkHints[each]}</span>
            </span>
          </label>
        ))}
      </div>
      <p class="hint">{words.linksHint}</p>
    </fieldset>
  );
}
