import { spread } from '../figures.ts';
import type { Distance } from './distance.ts';

/** A table as docs/BENCHMARKS.md has it: one line a path, one column a row of the measurement. */
export function distanceLines({ paths, failures }: Distance): string[] {
  const names = paths[0]?.rows.map(({ name }) => name) ?? [];
  return [
    'MB/s at the receiver, median (least to most) of interleaved rounds, both ends on this machine:',
    '',
    `| round trip, loss | ${names.join(' | ')} |`,
    `| --- |${' --- |'.repeat(names.length)}`,
    ...paths.map(
      ({ path, rows }) =>
        `| ${path.roundTripMs} ms, ${path.lossPercent} % | ${rows.map(({ rates }) => spread(rates)).join(' | ')} |`,
    ),
    ...failures.map((failure) => `failed: ${failure}`),
  ];
}
