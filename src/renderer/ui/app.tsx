import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AppState } from '../../shared/bridge.ts';
import { text } from '../../shared/text.ts';
import { hasEnded } from '../../shared/views.ts';
import { strangerWarnings } from './acquaintance.ts';
import { AcquaintancesProvider } from './acquaintances.tsx';
import { announcements } from './announcements.ts';
import { attempt, useUi } from './context.ts';
import { useFileDrag } from './file-drag.ts';
import { useFocusInView } from './focus.ts';
import { Detached, MainGone, Opening } from './full-page.tsx';
import { Header } from './header.tsx';
import { LeaveDialog } from './leave-dialog.tsx';
import { type Model, notify, type Store } from './model.ts';
import { tellApart } from './name-tags.ts';
import { Notices } from './notices.tsx';
import { Room } from './room-screen.tsx';
import { SettingsDialog } from './settings-dialog.tsx';
import { TroubleStrip } from './status.tsx';
import { isRequest } from './transfer-order.ts';
import { Welcome } from './welcome.tsx';

const hiddenDrawIntervalMs = 250;

/** The store's state: a new one at most once a frame, and seldom while nobody can see it. */
function useModel(store: Store): Model {
  const [model, setModel] = useState(store.get());
  useEffect(() => {
    let due = false;
    const draw = (): void => {
      due = false;
      setModel(store.get());
    };
    const drawSoon = (): void => {
      if (due) return;
      due = true;
      if (document.hidden) setTimeout(draw, hiddenDrawIntervalMs);
      else requestAnimationFrame(draw);
    };
    drawSoon();
    return store.subscribe(drawSoon);
  }, [store]);
  return model;
}

export function App(): JSX.Element {
  const given = useModel(useUi().store);
  const { model, own } = tellApart(given);
  if (model.detached) {
    return (
      <>
        <Detached />
        <Notices notices={model.notices} />
      </>
    );
  }
  return (
    <>
      {model.app ? (
        <AcquaintancesProvider model={given}>
          <Page model={model} app={model.app} own={own} />
        </AcquaintancesProvider>
      ) : (
        model.connectedToMain && <Opening />
      )}
      {!model.connectedToMain && <MainGone hostKind={model.app?.host.kind ?? null} />}
      <Announcer model={model} given={given} />
    </>
  );
}

interface PageProps {
  readonly model: Model;
  readonly app: AppState;
  /** One's own name as others see it. */
  readonly own: string;
}

function Page({ model, app, own }: PageProps): JSX.Element {
  const ui = useUi();
  const [open, setOpen] = useState<'settings' | 'leave' | null>(null);
  const moving = model.transfers.filter((transfer) => !hasEnded(transfer)).length;
  const usable = model.connectedToMain;
  const close = (): void => setOpen(null);
  const leave = (): void => {
    close();
    void attempt(ui, ui.actions.leaveRoom);
  };
  useTitle(model);
  useFocusInView(app.room ? 'room' : 'lobby');
  return (
    <div class="page" inert={!usable}>
      <Header
        app={app}
        own={own}
        network={model.network}
        openSettings={() => setOpen('settings')}
        leave={() => (moving > 0 ? setOpen('leave') : leave())}
      />
      {app.room && <TroubleStrip network={model.network} />}
      {app.room ? <Room model={model} app={app} own={own} room={app.room} /> : <Lobby app={app} />}
      <Notices notices={model.notices} />
      {usable && open === 'settings' && <SettingsDialog app={app} onClose={close} />}
      {usable && open === 'leave' && app.room && <LeaveDialog moving={moving} stay={close} leave={leave} />}
    </div>
  );
}

/** Without a room there is nobody to drop for; a drop is told so instead of leaving the page. */
function Lobby({ app }: { app: AppState }): JSX.Element {
  const { store } = useUi();
  useFileDrag(() => notify(store, { title: text.welcome.dropFirst, detail: text.welcome.dropFirstDetail }));
  return <Welcome name={app.settings.name} identity={app.key} standing={app.standing} />;
}

/** The window's title tells of requests while one looks elsewhere. */
function useTitle(model: Model): void {
  const waiting = model.transfers.filter(isRequest).length;
  useEffect(() => {
    document.title = waiting > 0 ? `(${waiting}) ${text.brand.name}` : text.brand.name;
  }, [waiting]);
}

/** A screen reader hears the latest; older ones were said. */
const announcementsKept = 6;

/** @param given the model with names as people call themselves */
function Announcer({ model, given }: { model: Model; given: Model }): JSX.Element {
  const before = useRef({ model, given });
  const [said, setSaid] = useState<readonly { id: number; sentence: string }[]>([]);
  useEffect(() => {
    const last = before.current;
    const sentences =
      last.model.app === null ? [] : [...announcements(last.model, model), ...strangerWarnings(last.given, given)];
    before.current = { model, given };
    if (sentences.length === 0) return;
    setSaid((earlier) => {
      const next = (earlier.at(-1)?.id ?? 0) + 1;
      return [...earlier, ...sentences.map((sentence, place) => ({ id: next + place, sentence }))].slice(
        -announcementsKept,
      );
    });
  }, [model, given]);
  return (
    <div class="visually-hidden" role="log" aria-live="polite">
      {said.map(({ id, sentence }) => (
        <p key={id}>{sentence}</p>
      ))}
    </div>
  );
}
