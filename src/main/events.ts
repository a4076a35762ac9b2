import type { Writable } from 'node:stream';
import { laneSentence, reasonLine, text } from '../shared/text.ts';
import { hasEnded, type LaneView, type MemberView, type NetworkView, type TransferView } from '../shared/views.ts';

/** What a script reads on standard output with `--json`, one object a line. */
export type AppEvent =
  | { event: 'ready'; url: string | null; broker?: string }
  | { event: 'room'; code: string }
  | {
      event: 'peer';
      id: string;
      name: string;
      state: MemberView['state'];
      /** Where the bytes go, once known. */
      path: MemberView['path'];
      /** Why it is not connected, once an attempt has failed. */
      reason: string | null;
    }
  | {
      event: 'lane';
      /** As in its `peer` events. */
      peer: string;
      name: string;
      /** What carries the bytes. */
      kind: LaneView['kind'];
      /** Why no direct lane does; null where one does, or may soon. */
      reason: string | null;
    }
  | {
      event: 'transfer';
      id: string;
      direction: TransferView['direction'];
      /** The peer's id, as in its `peer` events. */
      peer: string;
      /** Of the only thing in it, or of the first of several, as the sender calls it. */
      name: string;
      files: number;
      folders: number;
      state: TransferView['state'];
      bytes: number;
      total: number;
      /** Absolute; incoming only, once something has arrived: what arrived, or of several things the folder they are in. */
      path: string | null;
      reason: string | null;
    }
  | { event: 'error'; message: string };

export interface EventOutput {
  emit(event: AppEvent): void;
}

/** Lines to standard output or error. That nobody reads them any more (`| head`) does not end the app. */
export function createLineWriter(stream: Writable): (line: string) => void {
  stream.on('error', () => undefined);
  return (line) => void stream.write(line);
}

/** JSON lines: nothing else goes where `write` goes. */
export function createJsonOutput(write: (line: string) => void): EventOutput {
  return { emit: (event) => write(`${JSON.stringify(event)}\n`) };
}

/** The same for a person at a terminal. */
export function createTextOutput(write: (line: string) => void): EventOutput {
  return {
    emit(event) {
      const line = sentence(event);
      if (line) write(`${line}\n`);
    },
  };
}

/** Holds back what happens before `ready`, so that it is always the first. */
export function createReadyFirst(output: EventOutput): EventOutput {
  let held: AppEvent[] | null = [];
  return {
    emit(event) {
      if (event.event === 'ready' && held) {
        const earlier = held;
        held = null;
        for (const each of [event, ...earlier]) output.emit(each);
      } else if (held) held.push(event);
      else output.emit(event);
    },
  };
}

/** What this process says of itself: JSON lines on standard output, or sentences on standard error; `ready` first. */
export function createOutput(json: boolean): EventOutput {
  return createReadyFirst(
    json ? createJsonOutput(createLineWriter(process.stdout)) : createTextOutput(createLineWriter(process.stderr)),
  );
}

/** Empty when there is nothing to say. */
function sentence(event: AppEvent): string {
  switch (event.event) {
    case 'ready':
      return [
        ...(event.url ? [`Roomdrop is open at ${event.url}`] : []),
        ...(event.broker ? [`Meeting server, for others on this computer: ${event.broker}`] : []),
      ].join('\n');
    case 'room':
      return `Room: ${event.code}`;
    case 'peer':
      return `${event.name}: ${event.state}${event.path ? ` (${event.path})` : ''}${event.reason ? `. ${event.reason}` : ''}`;
    case 'lane': {
      const said = event.kind === 'direct' ? text.lane.direct : event.reason;
      return said ? `${event.name}: ${said}` : '';
    }
    case 'transfer': {
      const what = event.direction === 'in' ? 'Receiving' : 'Sending';
      const where = event.path ? `, at ${event.path}` : '';
      const why = event.reason ? `. ${event.reason}` : '';
      return `${what} "${event.name}": ${event.state}, ${event.bytes} of ${event.total} bytes${where}${why}`;
    }
    case 'error':
      return event.message;
  }
}

const betweenMs = 1000;

/** Turns transfer snapshots into events: at each change of state, at most once a second between, and once at the end. */
export function createTransferEvents(
  output: EventOutput,
  now: () => number,
): { transfer(view: TransferView): void; transferGone(id: string): void } {
  const last = new Map<string, { state: TransferView['state']; atMs: number }>();
  return {
    transfer(view) {
      const before = last.get(view.id);
      const atMs = now();
      if (before?.state === view.state && (hasEnded(view) || atMs - before.atMs < betweenMs)) return;
      last.set(view.id, { state: view.state, atMs });
      output.emit({
        event: 'transfer',
        id: view.id,
        direction: view.direction,
        peer: view.peer.session,
        name: view.title,
        files: view.files,
        folders: view.folders,
        state: view.state,
        bytes: view.bytes,
        total: view.total,
        path: view.place,
        reason: view.reason ? reasonLine(view.reason) : null,
      });
    },
    transferGone: (id) => void last.delete(id),
  };
}

/** Turns the page's whole member lists into one event for each change of what is told of a member. */
export function createPeerEvents(output: EventOutput): (members: readonly MemberView[]) => void {
  let known = new Map<string, PeerEvent>();
  return (members) => {
    const present = new Map(members.map((member) => [member.session, toPeerEvent(member)]));
    for (const [session, peer] of known) {
      if (!present.has(session) && peer.state !== 'closed') output.emit({ ...peer, state: 'closed', path: null });
    }
    for (const [session, peer] of present) {
      if (JSON.stringify(known.get(session)) !== JSON.stringify(peer)) output.emit(peer);
    }
    known = present;
  };
}

type PeerEvent = Extract<AppEvent, { event: 'peer' }>;

function toPeerEvent({ session, name, state, path, reason }: MemberView): PeerEvent {
  return { event: 'peer', id: session, name, state, path, reason: reason ? reasonLine(reason) : null };
}

type LaneEvent = Extract<AppEvent, { event: 'lane' }>;

/** Turns what is known of the lanes into one event for each change of what carries somebody's bytes, or why. */
export function createLaneEvents(
  output: EventOutput,
): (lanes: readonly LaneView[], members: readonly MemberView[]) => void {
  let known = new Map<string, LaneEvent>();
  return (lanes, members) => {
    const now = new Map<string, LaneEvent>();
    for (const lane of lanes) {
      // The last session of theirs that is connected.
      const member = members.findLast(({ key, state }) => key === lane.key && state === 'connected');
      if (member) now.set(member.session, toLaneEvent(lane, member));
    }
    for (const [session, lane] of now) {
      if (JSON.stringify(known.get(session)) !== JSON.stringify(lane)) output.emit(lane);
    }
    known = now;
  };
}

function toLaneEvent(lane: LaneView, { session, name, path }: MemberView): LaneEvent {
  const sentence = laneSentence(lane, path);
  const none = lane.kind === 'channel' && sentence !== text.lane.trying;
  return { event: 'lane', peer: session, name, kind: lane.kind, reason: none ? sentence : null };
}

/** Says once that no broker can be reached, and again only after one could. */
export function createBrokerEvents(output: EventOutput): (network: NetworkView) => void {
  let told = false;
  return ({ brokers }) => {
    if (brokers.some((broker) => broker.state === 'connected')) told = false;
    const reason = brokers[0]?.reason;
    if (told || !reason || !brokers.every((broker) => broker.state === 'waiting')) return;
    told = true;
    output.emit({ event: 'error', message: reasonLine(reason) });
  };
}
