import * as v from 'valibot';
import {
  type CallOutput,
  calls,
  type EventData,
  type EventName,
  type Port,
  portPurposeSchema,
} from '../shared/bridge.ts';
import { directCapability } from '../shared/protocol/lane-messages.ts';
import { type Reason, ReasonError } from '../shared/reasons.ts';
import type { Core, Reporter } from './core.ts';
import type { Host, PageConnection, PageSession } from './host.ts';
import { channelBeforeDirectTerms, channelTerms, createPortLane } from './lane/port-lane.ts';
import { createPageCalls } from './page-calls.ts';
import { createGoodbye } from './page-goodbye.ts';

export interface DeskOptions {
  core: Core;
  host: Host;
  version: string;
  /** Before the first state goes to a page. */
  onAttach(): Promise<void>;
}

/** Where the page is served, as one client of the core: one page at a time, each call answered, each port put to its use. */
export interface PageDesk {
  connect(page: PageConnection): PageSession;
  /** Has the page leave the room, for at most two seconds: the app ends. */
  sayGoodbye(): Promise<void>;
  close(): void;
}

/** As many as the screen shows at a time. */
const unreadKept = 4;

export function createPageDesk({ core, host, version, onAttach }: DeskOptions): PageDesk {
  const goodbye = createGoodbye();
  let attached: { readonly page: PageConnection; readonly reporter: Reporter } | null = null;
  /** Said while no page was there: the next one says it. */
  const unread: Reason[] = [];
  const call = createPageCalls({
    core,
    host,
    network: (view) => attached?.reporter.network(view),
    ended: goodbye.heard,
  });

  core.listen({
    transfer: (transfer) => emit('transfer', { transfer }),
    transferGone: (id) => emit('transferGone', { id }),
    room: (room, guard) => emit('room', { room, guard }),
    standing: (sources) => emit('standing', { sources: [...sources] }),
    settings: (settings) => emit('settings', { settings, capabilities: [...core.capabilities] }),
    lanes: (lanes) => emit('lanes', { lanes: [...lanes] }),
    known: (people) => emit('known', { people: [...people] }),
    notice(reason) {
      if (attached) emit('notice', { reason });
      else unread.splice(0, unread.length, ...unread.slice(1 - unreadKept), reason);
    },
  });

  async function attach(page: PageConnection, takeOver: boolean): Promise<CallOutput<'attach'>> {
    for (let other = attached?.page; other && other !== page; other = attached?.page) {
      if (!takeOver && (await other.alive())) throw new ReasonError('room-open-elsewhere');
      // A third page may have taken its place meanwhile.
      if (attached?.page !== other) continue;
      other.emit('detached', {});
      detach(other);
      other.close();
    }
    attached ??= { page, reporter: core.reporter() };
    await onAttach();
    // Behind the answer, which it is shown upon.
    setImmediate(() => {
      for (const reason of attached?.page === page ? unread.splice(0) : []) emit('notice', { reason });
    });
    return {
      version,
      key: core.identity.key,
      host: { kind: host.kind, dialogs: host.dialogs, showInFolder: host.showInFolder },
      settings: core.settings.view,
      capabilities: [...core.capabilities],
      room: core.room.current,
      guard: core.room.guard,
      standing: [...core.offers.standing],
      transfers: core.transfers.list(),
      lanes: [...core.lanes],
      known: [...core.known.list],
    };
  }

  function detach(page: PageConnection): void {
    if (attached?.page !== page) return;
    const { reporter } = attached;
    attached = null;
    goodbye.heard();
    reporter.gone();
  }

  function emit<N extends EventName>(name: N, data: EventData<N>): void {
    attached?.page.emit(name, data);
  }

  function openPort(page: PageConnection, given: unknown, port: Port): void {
    const parsed = v.safeParse(portPurposeSchema, given);
    if (!parsed.success || attached?.page !== page) {
      port.close();
      return;
    }
    const purpose = parsed.output;
    if (purpose.kind === 'source') {
      if (!core.offers.attachPage(purpose.source, port)) port.close();
      return;
    }
    const { linkId, key, session, name, role, capabilities, maxMessageBytes } = purpose;
    const { reporter } = attached;
    const direct = [core.capabilities, capabilities].every((each) => each.includes(directCapability));
    const lane = createPortLane(
      goodbye.track(port),
      maxMessageBytes,
      (addresses) => reporter.answered(linkId, addresses),
      direct ? channelBeforeDirectTerms : channelTerms,
    );
    reporter.reached({ key, session, name }, lane, { id: linkId, role, capabilities });
  }

  return {
    connect: (page) => ({
      async call(name, input) {
        if (name === 'attach') {
          const parsed = v.safeParse(calls.attach.input, input);
          return attach(page, parsed.success && parsed.output.takeOver);
        }
        if (attached?.page !== page) throw new ReasonError('room-open-elsewhere');
        return call(name, input);
      },
      port: (purpose, port) => openPort(page, purpose, port),
      async sourceFromPaths(paths) {
        if (attached?.page !== page) throw new ReasonError('room-open-elsewhere');
        return core.offers.addPaths(paths);
      },
      closed: () => detach(page),
    }),
    async sayGoodbye() {
      if (attached) await goodbye.say(() => emit('ending', {}));
    },
    close() {
      const page = attached?.page;
      if (!page) return;
      detach(page);
      page.close();
    },
  };
}
