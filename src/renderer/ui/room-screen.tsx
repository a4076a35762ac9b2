import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { AppState, RoomView } from '../../shared/bridge.ts';
import { text } from '../../shared/text.ts';
import type { MemberView } from '../../shared/views.ts';
import { Avatar } from './avatar.tsx';
import { brokerHealth } from './broker-health.ts';
import { CodeCard } from './code-card.tsx';
import { attempt, useUi } from './context.ts';
import { DropLayer } from './drop-layer.tsx';
import { dropPlan, reachable, windowTarget } from './drop-target.ts';
import { useFileDrag } from './file-drag.ts';
import { useFocusInView } from './focus.ts';
import { stillHere } from './gone.ts';
import { FilesIcon } from './icons.tsx';
import { LockNote } from './lock-note.tsx';
import { type Model, notify } from './model.ts';
import { People } from './people.tsx';
import { Renewals } from './renewals.tsx';
import { Requests } from './requests.tsx';
import { RoomMenu } from './room-menu.tsx';
import { SendButtons } from './send-buttons.tsx';
import { Standing } from './standing.tsx';
import { TransferList } from './transfer-list.tsx';
import { groupTransfers } from './transfer-order.ts';
import { Waiting } from './waiting.tsx';
import { waysOf } from './ways.ts';

interface RoomProps {
  readonly model: Model;
  readonly app: AppState;
  /** One's own name as others see it. */
  readonly own: string;
  readonly room: RoomView;
}

/** In a room: the code, who is here, what is asked, and what moves. */
export function Room({ model, app, own, room }: RoomProps): JSX.Element {
  const { members, brokers } = model.network;
  const { requests, active, ended } = groupTransfers(model.transfers);
  const { dragging, reading } = useDrops(model);
  const nobodyHere = stillHere(members).length === 0;
  const alone = members.length === 0;
  const view = alone ? 'alone' : 'together';
  useFocusInView(view);
  const idle = active.length + ended.length + requests.length === 0;
  return (
    <main class={alone ? 'room alone' : 'room'} data-dragging={dragging} tabIndex={-1}>
      {!alone && <h1 class="visually-hidden">{text.room.label}</h1>}
      {!alone && (
        <div class="room-side">
          <section class="card code-section" aria-labelledby="code-heading">
            <h2 id="code-heading" class="section-heading">
              {text.code.label}
            </h2>
            <CodeCard code={room.code} />
            <RoomMenu locked={model.guard.locked} members={members} />
            {model.guard.locked ? <LockNote guard={model.guard} /> : <p class="hint">{text.room.share}</p>}
          </section>
          <People members={members} wayTo={waysOf(app.lanes, model.transfers)} />
        </div>
      )}
      <Renewals renewals={model.guard.renewals} />
      <Requests requests={requests} />
      {/* Waiting and the room are two views: what is in both is not carried across the window from one to the other. */}
      <div key={view} class="room-activity">
        {alone && (
          <Waiting
            code={room.code}
            name={own}
            identity={app.key}
            online={brokerHealth(brokers) === 'online'}
            guard={model.guard}
          />
        )}
        <Standing sources={app.standing} alone={nobodyHere} />
        {!alone && idle && <Invitation model={model} own={own} identity={app.key} />}
        <TransferList active={active} ended={ended} />
      </div>
      {dragging && <DropLayer members={members} />}
      {reading && (
        <p class="reading" role="status">
          {text.send.preparing}
        </p>
      )}
    </main>
  );
}

/** Takes what is dropped to whom it is for, and says so when it is for nobody. */
function useDrops(model: Model): { dragging: boolean; reading: boolean } {
  const ui = useUi();
  const [reading, setReading] = useState(0);
  const dragging = useFileDrag((data, over) => {
    const plan = dropPlan(model.network.members, over);
    if ('to' in plan) {
      setReading((count) => count + 1);
      void attempt(ui, () => ui.actions.sendDropped(data, plan.to)).then(() => setReading((count) => count - 1));
    } else if (plan.refused === 'choose') {
      notify(ui.store, { title: text.drop.choose, detail: text.drop.chooseDetail });
    } else {
      notify(ui.store, { title: text.drop.notConnected(plan.name), detail: text.drop.notConnectedDetail });
    }
  });
  return { dragging, reading: reading > 0 };
}

interface Own {
  readonly own: string;
  /** The own installation key, for the color that others see. */
  readonly identity: string;
}

/** From me to them, as a picture. */
function Way({ own, identity, others }: Own & { others: readonly MemberView[] }): JSX.Element {
  return (
    <div class="way-picture" aria-hidden="true">
      <Avatar name={own} identity={identity} />
      <span class="way-line">
        <FilesIcon />
      </span>
      <span class="way-others">
        {others.slice(0, 4).map((member) => (
          <Avatar key={member.session} name={member.name} identity={member.key} />
        ))}
      </span>
    </div>
  );
}

/** How to send, where there is nothing else to see yet. */
function Invitation({ model, own, identity }: Own & { model: Model }): JSX.Element {
  const { members } = model.network;
  const target = windowTarget(members);
  const here = reachable(members);
  return (
    <div class="drop-zone large">
      <Way own={own} identity={identity} others={here.length > 0 ? here : members} />
      <div>
        <h2 class="drop-zone-title">
          {target.kind === 'one' && text.drop.idleOne(target.member.name)}
          {target.kind === 'choose' && text.drop.idleMany}
          {(target.kind === 'connecting' || target.kind === 'nobody') && text.waiting.drop}
        </h2>
        <p class="hint">
          {target.kind === 'connecting' && text.drop.idleConnecting}
          {target.kind === 'nobody' && text.waiting.dropDetail}
          {(target.kind === 'one' || target.kind === 'choose') && text.drop.idleDetail}
        </p>
      </div>
      {target.kind !== 'choose' && (
        <SendButtons
          to={target.kind === 'one' ? [target.member.session] : []}
          labels={{ files: text.send.chooseFiles, folder: text.send.chooseFolder }}
        />
      )}
    </div>
  );
}
