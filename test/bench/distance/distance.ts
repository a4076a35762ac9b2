import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startBrokerAt } from '../../support/cable/broker-at.ts';
import { type CableOptions, layCable } from '../../support/cable/cable.ts';
import { buildPage } from '../../support/page-server.ts';
import type { Amount } from '../amount.ts';
import { measureNarrow, type NarrowResult, narrowPath } from './narrow.ts';
import { rows as allRows, type Place, type Row } from './rows.ts';

/** What the rows did over one cable. */
export interface PathResult {
  readonly path: CableOptions;
  readonly rows: readonly { readonly name: string; readonly rates: readonly number[] }[];
}

export interface Distance {
  readonly paths: readonly PathResult[];
  readonly narrow: { readonly path: CableOptions; readonly rows: readonly NarrowResult[] };
  /** What came to nothing, and why; it has no figures. */
  readonly failures: readonly string[];
}

interface Plan {
  readonly paths: readonly CableOptions[];
  readonly rounds: number;
  readonly amount: Amount;
  readonly narrow: Amount;
}

const everyPath = [0, 20, 50, 100].flatMap((roundTripMs) =>
  [0, 0.1, 1].map((lossPercent) => ({ roundTripMs, lossPercent })),
);
const wholePlan: Plan = {
  paths: everyPath,
  rounds: 3,
  amount: { bytes: 200_000_000, withinMs: 12_000 },
  narrow: { bytes: 60_000_000, withinMs: 20_000 },
};
const quickPlan: Plan = {
  paths: everyPath.filter(({ roundTripMs, lossPercent }) =>
    ['0 0', '50 0', '50 0.1', '100 1'].includes(`${roundTripMs} ${lossPercent}`),
  ),
  rounds: 1,
  amount: { bytes: 100_000_000, withinMs: 6000 },
  narrow: { bytes: 40_000_000, withinMs: 10_000 },
};

/** What is to be measured, if not all. */
export interface Wanted {
  /** As `0/0`: round trip in ms, loss in percent. Then nothing is measured on a narrow path. */
  readonly paths: readonly string[];
  /** A part of each one's name. */
  readonly rows: readonly string[];
}

/** Each row over each path, the rows of a round one after the other; then each on a narrow path. Throws where nothing is wanted. */
export async function benchDistance(quick: boolean, wanted: Wanted, say: (line: string) => void): Promise<Distance> {
  const { rounds, amount, narrow, ...plan } = quick ? quickPlan : wholePlan;
  const paths = chosen(
    plan.paths,
    wanted.paths,
    ({ roundTripMs, lossPercent }, word) => word === `${roundTripMs}/${lossPercent}`,
  );
  const rows = chosen(allRows, wanted.rows, ({ name }, word) => name.includes(word));
  const page = await buildPage(join(import.meta.dirname, '../page'));
  const failures: string[] = [];
  const results: PathResult[] = [];
  const narrowRows: NarrowResult[] = [];

  async function attempt(what: string, run: () => Promise<string>): Promise<void> {
    const said = await run().catch((error: unknown) => {
      failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
      return 'failed';
    });
    say(`${what}: ${said}`);
  }

  try {
    for (const path of paths) {
      const rates = new Map<Row, number[]>(rows.map((row) => [row, []]));
      for (let round = 0; round < rounds; round++) {
        for (const row of rows) {
          await attempt(`${path.roundTripMs} ms, ${path.lossPercent} %: ${row.name}`, async () => {
            const rate = await over(path, page, (place) => row.measure(place, amount, () => undefined));
            rates.get(row)?.push(rate);
            return `${(rate / 1e6).toFixed(2)} MB/s`;
          });
        }
      }
      results.push({ path, rows: [...rates].map(([{ name }, its]) => ({ name, rates: its })) });
    }
    for (const row of wanted.paths.length > 0 ? [] : rows) {
      await attempt(`${narrowPath.mbit} Mbit/s: ${row.name}`, async () => {
        const result = await measureNarrow(row, narrow, (use) => over(narrowPath, page, use));
        narrowRows.push(result);
        return JSON.stringify(result);
      });
    }
    return { paths: results, narrow: { path: narrowPath, rows: narrowRows }, failures };
  } finally {
    await rm(page, { recursive: true });
  }
}

/** Those that one of the words fits, or all where there are none. */
function chosen<T>(
  all: readonly T[],
  words: readonly string[],
  fits: (each: T, word: string) => boolean,
): readonly T[] {
  const some = words.length === 0 ? all : all.filter((each) => words.some((word) => fits(each, word)));
  if (some.length === 0) throw new Error(`nothing is called ${words.join(' or ')}`);
  return some;
}

/** What starts, connects and moves bytes for longer has come to nothing. */
const runMs = 150_000;

/** Over a cable of its own, so that nothing of an earlier run is left on it. */
async function over<T>(path: CableOptions, page: string, use: (place: Place) => Promise<T>): Promise<T> {
  const cable = await layCable(path);
  const tooLong = delay(runMs, undefined, { ref: false }).then(() => {
    throw new Error('it took too long');
  });
  try {
    const broker = await startBrokerAt(cable.ann, cable.ann.address);
    return await Promise.race([use({ cable, broker, page }), tooLong]);
  } finally {
    await cable.close();
  }
}
