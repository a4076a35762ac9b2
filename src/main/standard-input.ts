import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { type Plan, roomCode, UsageError } from './command-line.ts';

/**
 * The plan with the room code that `--room -` reads: the first line of `input`. Any other plan is returned as it is.
 * @throws UsageError when there is no line or no code in it.
 */
export async function withStandardInput(plan: Plan, input: Readable): Promise<Plan> {
  if (plan.room.kind !== 'stdin') return plan;
  for await (const line of createInterface({ input })) {
    return { ...plan, room: { kind: 'code', code: roomCode(line) } };
  }
  throw new UsageError('--room - found no code on standard input');
}

/** Calls back at each line of `input`, until it ends or the returned function is called. */
export function onEachLine(input: Readable, heard: () => void): () => void {
  const lines = createInterface({ input, terminal: false });
  // A terminal that was closed, or a pipe that broke: then nobody asks.
  input.on('error', () => undefined);
  lines.on('line', heard);
  return () => lines.close();
}

/**
 * Whether standard input is a terminal that another job of it has now, as after `command &`: the system stops whoever reads
 * it then. Known on Linux only.
 */
export function isBehindOnTerminal(input: Pick<NodeJS.ReadStream, 'isTTY'>, stat = ownStat): boolean {
  if (!input.isTTY) return false;
  // pid (name) state, parent, group, session, terminal, the terminal's group; a name may hold anything.
  const fields = stat().split(') ').at(-1)?.split(' ') ?? [];
  const [, , group, , , foreground] = fields;
  return foreground !== undefined && group !== foreground;
}

function ownStat(): string {
  try {
    return readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return '';
  }
}
