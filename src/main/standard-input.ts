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
