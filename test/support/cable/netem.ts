import type { Namespace } from './laboratory.ts';
import type { CableEnds, CableTerms, Stretch } from './stretch.ts';

/** The cable as the kernel does it, where it can: a bridge, and a `netem` on the way out of each of its ports. */
export function startNetem({ middle, ports }: CableEnds, terms: CableTerms): Stretch {
  middle.ip('link add bridge type bridge');
  middle.ip('link set bridge up');
  for (const port of ports) {
    middle.ip(`link set ${port} master bridge`);
    middle.run('tc', 'qdisc', 'add', 'dev', port, 'root', 'netem', ...netemWords(terms));
  }
  const change = (changed: CableTerms): void => {
    for (const port of ports) middle.run('tc', 'qdisc', 'change', 'dev', port, 'root', 'netem', ...netemWords(changed));
  };
  return { cut: () => change({ ...terms, lossPercent: 100 }), mend: () => change(terms) };
}

/** Whether this namespace's kernel has it, and `tc` is there to say so. */
export function hasNetem(namespace: Namespace): boolean {
  try {
    namespace.run('tc', 'qdisc', 'add', 'dev', 'lo', 'root', 'netem', 'delay', '1ms');
    namespace.run('tc', 'qdisc', 'del', 'dev', 'lo', 'root');
    return true;
  } catch {
    return false;
  }
}

const frameBits = 1514 * 8;
/** Of frames, where no rate makes them wait. */
const manyFrames = 100_000;

/** tc-netem(8). Its limit counts the frames that travel as well as those that wait. */
export function netemWords({ delayMs, mbit, queueMs, lossPercent }: CableTerms): string[] {
  const waiting = Math.ceil((((queueMs + delayMs) / 1000) * mbit * 1e6) / frameBits);
  return [
    ...['limit', String(mbit > 0 ? waiting + 1 : manyFrames), 'delay', `${delayMs}ms`],
    ...(lossPercent > 0 ? ['loss', 'random', `${lossPercent}%`] : []),
    ...(mbit > 0 ? ['rate', `${mbit}mbit`] : []),
  ];
}
