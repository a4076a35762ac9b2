import { parseArgs } from 'node:util';
import { measureMemory } from '../test/bench/app-memory.ts';
import { measureThroughput } from '../test/bench/throughput.ts';
import { buildIfStale } from './build-if-stale.ts';

/**
 * Throughput and memory, on this machine: `npm run bench -- [--quick]`. Everything runs here, both ends on the same cores,
 * so only the ratios say something.
 */
const { values } = parseArgs({ options: { quick: { type: 'boolean' } } });
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const megabyte = 1_000_000;

await buildIfStale((line) => process.stderr.write(`${line}\n`));

const rounds = values.quick ? 5 : 9;
const { app, link, bare } = await measureThroughput({ rounds, bytes: (values.quick ? 64 : 128) * 1024 * 1024 });
say(`Throughput, median (least to most) of ${rounds} interleaved rounds, both ends on this machine:`);
say(`  bare RTCDataChannel            ${megabytes(bare)}`);
say(`  link code, page to page        ${megabytes(link)}   ${ratios(link, bare)} of bare`);
say(`  app, browser host, disk to disk ${megabytes(app)}   ${ratios(app, bare)} of bare`);

const small = await measureMemory(100 * megabyte);
const large = await measureMemory(400 * megabyte);
say('Peak memory of the processes, MB:           100 MB sent   400 MB sent   difference');
for (const name of ['sending host', 'sending page', 'receiving host', 'receiving page'] as const) {
  const [before, after] = [small[name], large[name]];
  if (before === null || after === null) say(`  ${name}: this system does not tell`);
  else say(`  ${name.padEnd(40)} ${mega(before)}        ${mega(after)}      ${mega(after - before)}`);
}

function megabytes(rates: readonly number[]): string {
  return `${mega(median(rates))} MB/s (${mega(Math.min(...rates))} to ${mega(Math.max(...rates))})`;
}

/** Round by round, since a machine's speed drifts. */
function ratios(rates: readonly number[], others: readonly number[]): string {
  return median(rates.map((rate, index) => rate / (others[index] ?? Number.NaN))).toFixed(2);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function mega(value: number): string {
  return (value / megabyte).toFixed(1).padStart(6);
}
