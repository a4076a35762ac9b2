import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Plant, plants } from '../test/world/planted.ts';
import { lanePlants } from '../test/world/planted-lanes.ts';

const copied = ['src', 'test/world', 'test/support', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.base.json'];

/**
 * Plants each bug in a copy of the project of its own, and lives there until a rule is broken; says of each whether it was
 * found within so many seeds, and resolves with how many were not.
 *
 * @param called part of the names of those that are planted
 * @param processes as many copies are lived in at a time, so that a bug that is hard to find keeps no other waiting
 */
export async function findPlanted(
  called: string,
  seeds: number,
  processes: number,
  say: (line: string) => void,
): Promise<number> {
  const picked = [...plants, ...lanePlants].filter(({ name }) => name.includes(called));
  const waiting = [...picked];
  let missed = 0;
  const work = async (): Promise<void> => {
    for (let plant = waiting.shift(); plant; plant = waiting.shift()) {
      const found = await withCopy(plant, (folder) => firstBroken(folder, seeds));
      if (!found) missed++;
      say(`${found ? `seed ${found.seed}`.padEnd(10) : 'not found '} | ${plant.name} | ${found?.rule ?? '-'}`);
    }
  };
  await Promise.all(Array.from({ length: processes }, work));
  say(`${picked.length - missed} of ${picked.length} planted bugs found within ${seeds} seeds.`);
  return missed;
}

async function withCopy<T>(plant: Plant, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'roomdrop-planted-'));
  try {
    for (const name of copied) await cp(name, join(folder, name), { recursive: true });
    await symlink(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
    const file = join(folder, plant.file);
    const parts = (await readFile(file, 'utf8')).split(plant.from);
    if (parts.length !== 2) throw new Error(`"${plant.name}" has ${parts.length - 1} places in ${plant.file}`);
    await writeFile(file, parts.join(plant.to));
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function firstBroken(folder: string, seeds: number): Promise<{ seed: string; rule: string } | null> {
  const options = ['--seeds', String(seeds), '--processes', '1', '--brief', '--small-first'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/simulate.ts', ...options], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  const code = await new Promise<number | null>((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code === 0) return null;
  const [, seed, rule] = /^Seed (\d+): (.*)$/m.exec(output.join('')) ?? [];
  if (seed === undefined || rule === undefined) throw new Error(`The copy ended with ${code}:\n${output.join('')}`);
  return { seed, rule: rule.slice(0, 160) };
}
