import { mega, spread } from '../figures.ts';
import type { Distance } from './distance.ts';

/** Tables as docs/BENCHMARKS.md has them. */
export function distanceLines({ paths, narrow, failures }: Distance): string[] {
  const names = paths[0]?.rows.map(({ name }) => name) ?? [];
  return [
    'MB/s at the receiver, median (least to most) of interleaved rounds, both ends on this machine:',
    '',
    ...table(
      ['round trip, loss', ...names],
      paths.map(({ path, rows }) => [
        `${path.roundTripMs} ms, ${path.lossPercent} %`,
        ...rows.map(({ rates }) => spread(rates)),
      ]),
    ),
    ...(narrow.rows.length > 0 ? narrowLines(narrow) : []),
    ...failures.map((failure) => `failed: ${failure}`),
  ];
}

function narrowLines({ path, rows }: Distance['narrow']): string[] {
  return [
    '',
    `${path.mbit} Mbit/s, round trip ${path.roundTripMs} ms, a queue of ${path.queueMs} ms:`,
    '',
    ...table(
      ['', 'MB/s alone', 'ms for a datagram beside it', 'MB/s beside a TCP stream', 'MB/s of that stream'],
      rows.map(({ name, rate, besideMs, shared }) => [
        name,
        mega(rate),
        besideMs.toFixed(0),
        mega(shared.rate),
        mega(shared.tcp),
      ]),
    ),
  ];
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
}
