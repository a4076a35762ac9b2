import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { displayName } from '../../shared/format.ts';
import { limits } from '../../shared/protocol/limits.ts';
import { reasonText, text } from '../../shared/text.ts';
import type { TransferView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { Contents } from './contents.tsx';
import { attempt, useUi } from './context.ts';
import { AlertIcon, CheckIcon, FolderIcon } from './icons.tsx';

/** Offers that wait for an answer. Where the keyboard is stays a person's own; after an answer it goes to the next one. */
export function Requests({ requests }: { requests: readonly TransferView[] }): JSX.Element | null {
  const section = useRef<HTMLElement>(null);
  const answered = useRef(false);
  const onAnswered = useCallback(() => {
    answered.current = true;
  }, []);
  const first = requests[0]?.id;
  useEffect(() => {
    if (!answered.current) return;
    answered.current = false;
    const next = section.current?.querySelector<HTMLElement>('.request') ?? document.querySelector<HTMLElement>('main');
    next?.focus();
  });
  // Nobody is at any control: the keyboard may go where the question is.
  useEffect(() => {
    const { activeElement } = document;
    if (first !== undefined && (activeElement === document.body || activeElement?.localName === 'main')) {
      section.current?.querySelector<HTMLElement>('.request')?.focus({ preventScroll: true });
    }
  }, [first]);
  if (requests.length === 0) return null;
  return (
    <section ref={section} class="requests" aria-labelledby="requests-heading">
      <h2 id="requests-heading" class="section-heading">
        {text.request.heading}
        <span class="count">{requests.length}</span>
      </h2>
      <ul class="cards">
        {requests.map((request) => (
          <RequestItem key={request.id} request={request} onAnswered={onAnswered} />
        ))}
      </ul>
    </section>
  );
}

interface RequestProps {
  readonly request: TransferView;
  onAnswered(): void;
}

/** Drawn again only when this offer changed. */
function RequestItem({ request, onAnswered }: RequestProps): JSX.Element {
  return useMemo(() => <Request request={request} onAnswered={onAnswered} />, [request, onAnswered]);
}

function Request({ request, onAnswered }: RequestProps): JSX.Element {
  const ui = useUi();
  const [answering, setAnswering] = useState(false);
  const who = request.peer.name;
  const title = text.transfers.titled(request.title, request.topLevelEntries);
  const blocks = (request.files + request.folders) * limits.diskBlockBytes;
  const fits = request.freeBytes === null || request.total + blocks <= request.freeBytes;
  const id = `request-${request.id}`;
  const answer = async (accept: boolean): Promise<void> => {
    setAnswering(true);
    onAnswered();
    await attempt(ui, () => ui.actions.answer(request.id, accept));
    setAnswering(false);
  };
  return (
    <li class="card request" tabIndex={-1} data-transfer={request.id} aria-labelledby={`${id}-who ${id}-what`}>
      <div class="request-head">
        <Avatar name={who} identity={request.peer.key} />
        <div class="request-text">
          <p id={`${id}-who`} class="request-who">
            <bdi>{text.request.from(who)}</bdi>
          </p>
          <h3 id={`${id}-what`} class="request-title" title={displayName(request.title)}>
            <bdi>{title}</bdi>
          </h3>
          <p class="request-size">
            {text.request.contents(request.files, request.folders)} ·{' '}
            <strong>{text.request.bytes(request.total)}</strong>
          </p>
        </div>
      </div>
      <Contents transfer={request} title={title} />
      {request.folder !== null && (
        <p class="request-folder">
          <FolderIcon />
          <span>
            <bdi>{text.request.into(request.folder)}</bdi>
            {request.freeBytes !== null && fits && <span class="hint"> · {text.request.free(request.freeBytes)}</span>}
          </span>
        </p>
      )}
      {!fits && request.freeBytes !== null && (
        <p class="request-warning">
          <AlertIcon />
          <span>
            <strong>{text.request.noFit(request.total + blocks, request.freeBytes)}</strong> {text.request.noFitDetail}
          </span>
        </p>
      )}
      {fits && request.reason && <p class="request-warning">{reasonText(request.reason).title}</p>}
      <div class="request-answer">
        <button
          type="button"
          class={fits ? 'button primary' : 'button'}
          disabled={answering}
          aria-label={fits ? text.request.acceptLabel(title, who) : text.request.acceptAnywayLabel(title, who)}
          onClick={() => void answer(true)}
        >
          <CheckIcon />
          <span>{fits ? text.request.accept : text.request.acceptAnyway}</span>
        </button>
        <button
          type="button"
          class="button"
          disabled={answering}
          aria-label={text.request.declineLabel(title, who)}
          onClick={() => void answer(false)}
        >
          <span>{text.request.decline}</span>
        </button>
      </div>
    </li>
  );
}
