import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startBrokerAt } from '../../support/cable/broker-at.ts';
import { type CableOptions, layCable } from '../../support/cable/cable.ts';
import { buildPage } from '../../support/page-server.ts';
import type { Amount } from '../amount.ts';
import { type Place, type Row, rows } from './rows.ts';

/** What the rows did over one cable. */
export interface PathResult {
  readonly path: CableOptions;
  readonly rows: readonly { readonly name: string; readonly rates: readonly number[] }[];
}

export interface Distance {
  readonly paths: readonly PathResult[];
  /** What came to nothing, and why; it has no rate. */
  readonly failures: readonly string[];
}

interface Plan {
  readonly paths: readonly CableOptions[];
  readonly rounds: number;
  readonly amount: Amount;
}

const everyPath = [0, 20, 50, 100].flatMap((roundTripMs) =>
  [0, 0.1, 1].map((lossPercent) => ({ roundTripMs, lossPercent })),
);
const wholePlan: Plan = {
  paths: everyPath,
  rounds: 3,
  amount: { bytes: 200_000_000, withinMs: 12_000 },
};
const quickPlan: Plan = {
  paths: everyPath.filter(({ roundTripMs, lossPercent }) =>
    ['0 0', '50 0', '50 0.1', '100 1'].includes(`${roundTripMs} ${lossPercent}`),
  ),
  rounds: 1,
  amount: { bytes: 100_000_000, withinMs: 6000 },
};

/** Each row over each path, the rows of a round one after the other. */
export async function benchDistance(quick: boolean, say: (line: string) => void): Promise<Distance> {
  const plan = quick ? quickPlan : wholePlan;
  const page = await buildPage(join(import.meta.dirname, '../page'));
  const failures: string[] = [];
  const paths: PathResult[] = [];
  try {
    for (const path of plan.paths) {
      const rates = new Map<Row, number[]>(rows.map((row) => [row, []]));
      for (let round = 0; round < plan.rounds; round++) {
        for (const row of rows) {
          const what = `${path.roundTripMs} ms, ${path.lossPercent} %: ${row.name}`;
          try {
            const rate = await over(path, page, (place) => row.measure(place, plan.amount), plan.amount);
            rates.get(row)?.push(rate);
            say(`${what}: ${(rate / 1e6).toFixed(2)} MB/s`);
          } catch (error) {
            failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
            say(failures.at(-1) ?? '');
          }
        }
      }
      paths.push({ path, rows: [...rates].map(([{ name }, its]) => ({ name, rates: its })) });
    }
    return { paths, failures };
  } finally {
    await rm(page, { recursive: true });
  }
}

/** What it takes to start and to connect, beside the time of an amount. */
const startMs = 120_000;

/** Over a cable of its own, so that nothing of an earlier run is left on it. */
async function over<T>(
  path: CableOptions,
  page: string,
  use: (place: Place) => Promise<T>,
  { withinMs }: Amount,
): Promise<T> {
  const cable = await layCable(path);
  const tooLong = delay(startMs + withinMs, undefined, { ref: false }).then(() => {
    throw new Error('it took too long');
  });
  try {
    const broker = await startBrokerAt(cable.ann, cable.ann.address);
    return await Promise.race([use({ cable, broker, page }), tooLong]);
  } finally {
    await cable.close();
  }
}
