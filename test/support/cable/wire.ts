import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { untilSays } from '../until-says.ts';
import { isCommand } from './laboratory.ts';
import type { CableEnds, CableTerms, Stretch } from './stretch.ts';

/** The cable as a program of ours, for kernels without netem. */
export async function startWire({ middle, ports }: CableEnds, terms: CableTerms): Promise<Stretch> {
  const { delayMs, mbit, queueMs, lossPercent, seed } = terms;
  const given = [...ports, delayMs, mbit, queueMs, lossPercent, seed].map(String);
  const wire = middle.spawn(compiled(), given, { stdio: ['ignore', 'pipe', 'inherit'] });
  await untilSays(wire, /^up$/);
  return {
    cut: () => void wire.kill('SIGUSR1'),
    mend: () => void wire.kill('SIGUSR2'),
  };
}

export function whyNoWire(): string | null {
  return isCommand('cc') ? null : 'the kernel has no netem, and there is no C compiler for the wire that does its work';
}

let program: string | null = null;

function compiled(): string {
  if (program) return program;
  const folder = mkdtempSync(join(tmpdir(), 'roomdrop-wire-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  program = join(folder, 'wire');
  execFileSync('cc', ['-O2', '-o', program, join(import.meta.dirname, 'wire.c')]);
  return program;
}
