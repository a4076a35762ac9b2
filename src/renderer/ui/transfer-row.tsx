import type { ComponentChildren, JSX } from 'preact';
import { displayName } from '../../shared/format.ts';
import { reasonText, text } from '../../shared/text.ts';
import { hasEnded, type TransferView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { Contents } from './contents.tsx';
import { attempt, useUi } from './context.ts';
import { useCopy } from './copy.ts';
import {
  AlertIcon,
  CheckIcon,
  ChevronIcon,
  CloseIcon,
  CopyIcon,
  DownIcon,
  FolderIcon,
  PauseIcon,
  ResumeIcon,
  RetryIcon,
  UpIcon,
} from './icons.tsx';
import { ScrollList } from './scroll-list.tsx';
import {
  landedWords,
  pathWithin,
  type TransferWords,
  transferControls,
  transferPercent,
  transferWords,
} from './transfer-words.ts';

const words = text.transfers;

export function TransferRow({ transfer }: { transfer: TransferView }): JSX.Element {
  const said = transferWords(transfer);
  const title = words.titled(transfer.title, transfer.topLevelEntries);
  const ended = hasEnded(transfer);
  const landed = landedWords(transfer);
  const id = `transfer-${transfer.id}`;
  return (
    <li
      class="transfer"
      data-transfer={transfer.id}
      data-state={transfer.state}
      data-tone={said.tone}
      data-direction={transfer.direction}
      aria-labelledby={`${id}-title ${id}-who`}
    >
      <span class="transfer-face" aria-hidden="true">
        <Avatar name={transfer.peer.name} identity={transfer.peer.key} />
        <span class="direction">{transfer.direction === 'in' ? <DownIcon /> : <UpIcon />}</span>
      </span>
      <div class="transfer-main">
        <div class="transfer-head">
          <h3 id={`${id}-title`} class="transfer-title" title={displayName(transfer.title)}>
            <bdi>{title}</bdi>
          </h3>
          <p id={`${id}-who`} class="transfer-who">
            <bdi>{transfer.direction === 'in' ? words.from(transfer.peer.name) : words.to(transfer.peer.name)}</bdi>
          </p>
        </div>
        {!ended && transfer.state !== 'offered' && <Progress transfer={transfer} said={said} title={title} />}
        <div class="transfer-facts">
          <State transfer={transfer} said={said} />
          <Amount transfer={transfer} ended={ended} />
        </div>
        {said.detail && <p class="transfer-detail">{said.detail}</p>}
        {landed && (
          <div class="transfer-detail landed">
            <bdi>{landed}</bdi>
            {transfer.place !== null && <CopyPath place={transfer.place} title={title} />}
          </div>
        )}
        {!ended && <Contents transfer={transfer} title={title} />}
        <FailedFiles transfer={transfer} />
      </div>
      <Controls transfer={transfer} title={title} />
    </li>
  );
}

interface ProgressProps {
  readonly transfer: TransferView;
  readonly said: TransferWords;
  readonly title: string;
}

/** What the receiver has written, of all. */
function Progress({ transfer, said, title }: ProgressProps): JSX.Element {
  const percent = transferPercent(transfer);
  const share = transfer.total === 0 ? 0 : transfer.bytes / transfer.total;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={words.progressLabel(title)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={words.progressText(percent, said.state)}
    >
      <div class="progress-done" style={{ transform: `scaleX(${share.toFixed(4)})` }} />
    </div>
  );
}

function State({ transfer, said }: { transfer: TransferView; said: TransferWords }): JSX.Element {
  const moving = transfer.state === 'running' && transfer.rate + transfer.filesRate > 0;
  return (
    <p class="transfer-state">
      <span class="state-word">
        {said.tone === 'good' && <CheckIcon />}
        {(said.tone === 'bad' || said.tone === 'waiting') && <AlertIcon />}
        {said.state}
      </span>
      {moving && (
        <span> · {transfer.filesRate > 0 ? words.filesRate(transfer.filesRate) : words.rate(transfer.rate)}</span>
      )}
      {moving && transfer.secondsLeft !== null && <span> · {words.timeLeft(transfer.secondsLeft)}</span>}
    </p>
  );
}

function Amount({ transfer, ended }: { transfer: TransferView; ended: boolean }): JSX.Element {
  const { state, files, folders, filesDone, bytes, total } = transfer;
  if (state === 'offered' || state === 'declined' || (state === 'done' && transfer.failedCount === 0)) {
    return (
      <p class="transfer-amount">
        {words.contents(files, folders)} · {words.bytes(total)}
      </p>
    );
  }
  return (
    <p class="transfer-amount">
      {files > 1 && <span>{words.filesDone(filesDone, files)} · </span>}
      {words.bytesOf(bytes, total)}
      {!ended && <span class="percent"> · {words.percent(transferPercent(transfer))}</span>}
    </p>
  );
}

function FailedFiles({ transfer }: { transfer: TransferView }): JSX.Element | null {
  const { failed, failedCount } = transfer;
  if (failedCount === 0) return null;
  const more = failedCount - failed.length;
  return (
    <details class="disclosure">
      <summary>
        <ChevronIcon />
        {words.failedFiles(failedCount)}
      </summary>
      <ScrollList label={words.failedFiles(failedCount)}>
        <ul>
          {failed.map(({ path, reason }) => (
            <li key={path} class="contents-item">
              <bdi class="file-path">{displayName(pathWithin(transfer, path))}</bdi>
              <span class="file-reason">{reasonText(reason).title}</span>
            </li>
          ))}
          {more > 0 && <li class="contents-note">{words.moreFailed(more)}</li>}
        </ul>
      </ScrollList>
    </details>
  );
}

function Controls({ transfer, title }: { transfer: TransferView; title: string }): JSX.Element {
  const ui = useUi();
  const { actions } = ui;
  const { id } = transfer;
  const can = transferControls(transfer, { showInFolder: ui.store.get().app?.host.showInFolder ?? false });
  const control = (label: string, icon: ComponentChildren, action: () => Promise<void>): JSX.Element => (
    <button
      type="button"
      class="button icon-only quiet"
      aria-label={words.actionOn(label, title)}
      title={label}
      onClick={() => void attempt(ui, action)}
    >
      {icon}
    </button>
  );
  return (
    <div class="transfer-controls">
      {can.pause && control(words.pause, <PauseIcon />, () => actions.pause(id))}
      {can.resume === 'resume' && control(words.resume, <ResumeIcon />, () => actions.resume(id))}
      {can.resume === 'retry' && control(words.retry, <RetryIcon />, () => actions.resume(id))}
      {can.show && control(words.show, <FolderIcon />, () => actions.show(id))}
      {can.cancel && control(words[can.cancel], <CloseIcon />, () => actions.cancel(id))}
      {can.remove && control(words.remove, <CloseIcon />, () => actions.forget(id))}
    </div>
  );
}

function CopyPath({ place, title }: { place: string; title: string }): JSX.Element {
  const { copied, copy } = useCopy(place, {
    title: words.copyPathFailed,
    detail: words.copyPathFailedDetail(place),
  });
  return (
    <button
      type="button"
      class="button icon-only quiet"
      aria-label={words.actionOn(copied ? words.pathCopied : words.copyPath, title)}
      title={copied ? words.pathCopied : words.copyPath}
      onClick={() => void copy()}
    >
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}
