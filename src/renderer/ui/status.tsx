import type { JSX } from 'preact';
import { displayName } from '../../shared/format.ts';
import { reasonText, text } from '../../shared/text.ts';
import type { BrokerView, NetworkView } from '../../shared/views.ts';
import { type BrokerHealth, brokerHealth, connectedBrokers } from './broker-health.ts';
import { AlertIcon } from './icons.tsx';

const words = text.status;
const label: Record<BrokerHealth, string> = {
  none: words.offline,
  down: words.offline,
  connecting: words.connecting,
  online: words.online,
};

/** One word on the way to others, with the particulars behind it. */
export function StatusPill({ brokers }: { brokers: readonly BrokerView[] }): JSX.Element {
  const health = brokerHealth(brokers);
  return (
    <div class="status">
      <button type="button" class="status-pill" data-health={health} popovertarget="brokers">
        <span class="dot" aria-hidden="true" />
        <span>{label[health]}</span>
      </button>
      <div id="brokers" class="popover" popover="auto" role="dialog" aria-labelledby="brokers-heading">
        <h2 id="brokers-heading">{words.heading}</h2>
        <p class="hint">{words.reached(connectedBrokers(brokers), brokers.length)}</p>
        <ul class="broker-list">
          {brokers.map((broker) => (
            <li key={broker.url} data-state={broker.state}>
              <span class="dot" aria-hidden="true" />
              <span class="broker-url">{displayName(broker.url)}</span>
              <span class="hint">{words.broker[broker.state]}</span>
            </li>
          ))}
        </ul>
        <p class="hint">{words.explain}</p>
      </div>
    </div>
  );
}

/** Trouble that a person should know of, in words; nothing while all is well. */
export function TroubleStrip({ network }: { network: NetworkView }): JSX.Element | null {
  const sentence = trouble(network);
  return (
    <div class="strip-place" role="status">
      {sentence && (
        <p class="strip">
          <AlertIcon />
          <span>
            <strong>{sentence.title}</strong> {sentence.detail}
          </span>
        </p>
      )}
    </div>
  );
}

function trouble({ brokers, members, trouble: own }: NetworkView): { title: string; detail?: string } | null {
  if (own) return reasonText(own);
  const health = brokerHealth(brokers);
  if (health === 'none') return { title: words.none };
  if (health !== 'down') return null;
  return members.some((member) => member.state === 'connected')
    ? { title: words.downConnected, detail: words.downConnectedDetail }
    : { title: words.downAlone, detail: words.downAloneDetail };
}
