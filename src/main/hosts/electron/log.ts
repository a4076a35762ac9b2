import { appendFileSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { AppEvent, EventOutput } from '../../events.ts';

/** A full file makes way for a new one, and only the last full one is kept. */
const mostBytes = 256 * 1024;

/** A log that is never in anybody's way: what cannot be written is not written. */
export interface Log {
  line(words: string): void;
}

/** @param path absolute; the full file before it is `path` with `.1`. */
export function createLog(path: string, now: () => Date): Log {
  let bytes = 0;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    // Each line says again that there is none.
  }
  return {
    line(words) {
      const text = `${now().toISOString()} ${words.replaceAll(/[\r\n]+/g, ' ')}\n`;
      try {
        if (bytes + text.length > mostBytes) {
          renameSync(path, `${path}.1`);
          bytes = 0;
        }
        // Few lines, and the last before a crash counts.
        appendFileSync(path, text, { mode: 0o600 });
        bytes += Buffer.byteLength(text);
      } catch {
        // A full disk is told where it matters.
      }
    },
  };
}

/** Events go on to `output` and, without anything that names a room, a person, a file or an address, into the log. */
export function createLoggedOutput(output: EventOutput, log: Log): EventOutput {
  return {
    emit(event) {
      log.line(lineOf(event));
      output.emit(event);
    },
  };
}

function lineOf(event: AppEvent): string {
  switch (event.event) {
    case 'ready':
      return 'ready';
    case 'room':
      return 'room entered';
    case 'peer':
      return `peer ${event.id.slice(0, 6)} ${event.state}${event.path ? ` ${event.path}` : ''}`;
    case 'lane':
      return `lane to ${event.peer.slice(0, 6)} ${event.kind}${event.reason ? `, ${event.reason}` : ''}`;
    case 'transfer':
      return `transfer ${event.id.slice(0, 6)} ${event.direction} ${event.state} ${event.bytes}/${event.total} files ${event.files}`;
    case 'error':
      // Its words may name anything.
      return 'error shown';
  }
}
