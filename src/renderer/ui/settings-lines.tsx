import type { JSX } from 'preact';
import { text } from '../../shared/text.ts';
import { ChevronIcon, CloseIcon, PlusIcon } from './icons.tsx';
import { type SettingProps, withLine, withoutLine, withValue } from './settings-draft.ts';

const words = text.settings;

function RemoveButton({ what, onClick }: { what: string; onClick(): void }): JSX.Element {
  return (
    <button
      type="button"
      class="button icon-only quiet"
      aria-label={what === '' ? words.removeEmpty : words.removeEntry(what)}
      onClick={onClick}
    >
      <CloseIcon />
    </button>
  );
}

function AddButton({ label, onClick }: { label: string; onClick(): void }): JSX.Element {
  return (
    <button type="button" class="button quiet small add" onClick={onClick}>
      <PlusIcon />
      <span>{label}</span>
    </button>
  );
}

export function BrokerLines({ draft, change }: SettingProps): JSX.Element {
  const { brokers } = draft;
  return (
    <fieldset class="setting">
      <legend>{words.brokers}</legend>
      <p class="hint">{words.brokersHint}</p>
      {brokers.map(({ key, value }, place) => (
        <div class="line" key={key}>
          <input
            class="input"
            type="text"
            inputMode="url"
            autocomplete="off"
            spellcheck={false}
            aria-label={words.broker(place + 1)}
            placeholder="wss://"
            value={value}
            onInput={({ currentTarget }) => change({ brokers: withValue(brokers, key, currentTarget.value) })}
          />
          <RemoveButton what={value} onClick={() => change({ brokers: withoutLine(brokers, key) })} />
        </div>
      ))}
      <AddButton label={words.brokerAdd} onClick={() => change({ brokers: withLine(brokers, '') })} />
    </fieldset>
  );
}

/** STUN and TURN: few people need them, so they stay folded. */
export function IceLines({ draft, change }: SettingProps): JSX.Element {
  const { iceServers } = draft;
  const empty = { urls: '', username: '', credential: '' };
  return (
    <details class="setting disclosure">
      <summary>
        <ChevronIcon />
        {words.advanced}
      </summary>
      <p class="hint">{words.iceHint}</p>
      {iceServers.map(({ key, value }) => {
        const field = (part: keyof typeof empty, label: string, type: 'text' | 'password'): JSX.Element => (
          <input
            class="input"
            type={type}
            autocomplete="off"
            spellcheck={false}
            aria-label={label}
            placeholder={part === 'urls' ? 'stun: turn: turns:' : label}
            value={value[part]}
            onInput={({ currentTarget }) =>
              change({ iceServers: withValue(iceServers, key, { ...value, [part]: currentTarget.value }) })
            }
          />
        );
        return (
          <div class="line ice" key={key}>
            {field('urls', words.iceUrl, 'text')}
            {field('username', words.iceUser, 'text')}
            {field('credential', words.icePassword, 'password')}
            <RemoveButton what={value.urls} onClick={() => change({ iceServers: withoutLine(iceServers, key) })} />
          </div>
        );
      })}
      <AddButton label={words.iceAdd} onClick={() => change({ iceServers: withLine(iceServers, empty) })} />
    </details>
  );
}
