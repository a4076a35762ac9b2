import * as v from 'valibot';
import { type Plan, parseCommandLine, UsageError } from '../../command-line.ts';
import type { Handed } from './handed.ts';

/** What a later start tells the first: its own arguments, since the ones Electron passes on are altered. */
export const startSchema = v.object({ argv: v.array(v.string()), links: v.array(v.string()), cwd: v.string() });
export type Start = v.InferOutput<typeof startSchema>;

/** What a later start brought; nothing but the wish to see the window when what it said is not understood. */
export function handedByStart(told: unknown): Partial<Handed> {
  const start = v.safeParse(startSchema, told);
  if (!start.success) return {};
  const { argv, links, cwd } = start.output;
  try {
    return { ...handedByPlan(parseCommandLine(argv, cwd)), links };
  } catch (error) {
    // It said so itself, before it came here.
    if (error instanceof UsageError) return { links };
    throw error;
  }
}

function handedByPlan({ paths, room }: Plan): Pick<Handed, 'paths' | 'room'> {
  if (room.kind === 'code') return { paths, room };
  return { paths, room: room.kind === 'new' ? { kind: 'new' } : null };
}
