import * as v from 'valibot';
import { parseCommandLine, UsageError } from '../../command-line.ts';

/** What a second start tells the first: its own arguments, since the ones Electron passes on are altered. */
export const startSchema = v.object({ argv: v.array(v.string()), cwd: v.string() });
export type Start = v.InferOutput<typeof startSchema>;

/** The paths a second start brought; none when what it said is not understood. */
export function pathsOfStart(told: unknown): readonly string[] {
  const start = v.safeParse(startSchema, told);
  if (!start.success) return [];
  try {
    const { paths, exitWhenDone } = parseCommandLine(start.output.argv, start.output.cwd);
    // It was to see them through itself, and has said that it cannot.
    return exitWhenDone ? [] : paths;
  } catch (error) {
    // The second start said so on its own standard error.
    if (error instanceof UsageError) return [];
    throw error;
  }
}
