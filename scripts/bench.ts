import { parseArgs } from 'node:util';
import { benchDistance } from '../test/bench/distance/distance.ts';
import { distanceLines } from '../test/bench/distance/report.ts';
import { benchHere, hereLines } from '../test/bench/here.ts';
import { whyNoCable } from '../test/support/cable/cable.ts';
import { buildIfStale } from './build-if-stale.ts';

/**
 * Throughput and memory on this machine, `npm run bench -- [--quick] [--json]`, or with `--distance` throughput over long cables: over
 * some by `--paths 0/0,50/0.1` (round trip in ms, loss in percent), and of some rows by `--rows lane,UDX` (parts of their names). Both
 * ends run here, on the same cores, so only the ratios say something.
 */
const { values } = parseArgs({
  options: {
    distance: { type: 'boolean' },
    quick: { type: 'boolean' },
    json: { type: 'boolean' },
    paths: { type: 'string' },
    rows: { type: 'string' },
  },
});
const { distance = false, quick = false, json = false } = values;
const words = (list = ''): string[] => list.split(',').filter(Boolean);
const note = (line: string): void => void process.stderr.write(`${line}\n`);
const print = <T>(result: T, lines: (result: T) => string[]): void =>
  void process.stdout.write(`${json ? JSON.stringify(result) : lines(result).join('\n')}\n`);

const why = distance ? whyNoCable() : null;
if (why) {
  note(`There can be no long cable here: ${why}.`);
  process.exitCode = 1;
} else {
  await buildIfStale(note);
  if (distance)
    print(await benchDistance(quick, { paths: words(values.paths), rows: words(values.rows) }, note), distanceLines);
  else print(await benchHere(quick), hereLines);
}
