import type { Writable } from 'node:stream';
import { reasonLine } from '../shared/text.ts';
import type { MemberView, TransferView } from '../shared/views.ts';

/** What a script reads on standard output with `--json`, one object a line. */
export type AppEvent =
  | { event: 'ready'; url: string | null; broker?: string }
  | { event: 'room'; code: string }
  | { event: 'peer'; id: string; name: string; state: MemberView['state'] }
  | {
      event: 'transfer';
      id: string;
      direction: TransferView['direction'];
      /** The peer's id, as in its `peer` events. */
      peer: string;
      state: TransferView['state'];
      bytes: number;
      total: number;
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

function sentence(event: AppEvent): string | null {
  switch (event.event) {
    case 'ready':
      return event.url ? `Roomdrop is open at ${event.url}` : null;
    case 'room':
      return `Room: ${event.code}`;
    case 'peer':
      return `${event.name}: ${event.state}`;
    case 'transfer': {
      const what = event.direction === 'in' ? 'Receiving' : 'Sending';
      return `${what} ${event.id.slice(0, 6)}: ${event.state}, ${event.bytes} of ${event.total} bytes${event.reason ? `. ${event.reason}` : ''}`;
    }
    case 'error':
      return event.message;
  }
}

const betweenMs = 1000;

/** Told each snapshot of each transfer. */
export interface TransferReporter {
  report(view: TransferView): void;
  /** Nothing more comes of this transfer. */
  forget(id: string): void;
}

/** Turns transfer snapshots into events: at each change of state, and at most once a second between. */
export function createTransferReporter(output: EventOutput, now: () => number): TransferReporter {
  const last = new Map<string, { state: TransferView['state']; atMs: number }>();
  return {
    report(view) {
      const before = last.get(view.id);
      const atMs = now();
      if (before?.state === view.state && atMs - before.atMs < betweenMs) return;
      last.set(view.id, { state: view.state, atMs });
      output.emit({
        event: 'transfer',
        id: view.id,
        direction: view.direction,
        peer: view.peer.session,
        state: view.state,
        bytes: view.bytes,
        total: view.total,
        reason: view.reason ? reasonLine(view.reason) : null,
      });
    },
    forget: (id) => void last.delete(id),
  };
}

/** Turns the page's whole member lists into one event for each member's change. */
export function createPeerReporter(output: EventOutput): (members: readonly MemberView[]) => void {
  let known = new Map<string, MemberView>();
  return (members) => {
    const present = new Map(members.map((member) => [member.session, member]));
    for (const [session, member] of known) {
      if (!present.has(session) && member.state !== 'closed') report({ ...member, state: 'closed' });
    }
    for (const member of members) {
      const before = known.get(member.session);
      if (before?.state !== member.state || before.name !== member.name) report(member);
    }
    known = present;
  };

  function report(member: MemberView): void {
    output.emit({ event: 'peer', id: member.session, name: member.name, state: member.state });
  }
}
