import { parseArgs } from 'node:util';
import { type Attack, notHere, type Outcome } from '../test/hostile/attacks/attack.ts';
import { allAttacks } from '../test/hostile/attacks.ts';
import { createScene } from '../test/hostile/scene.ts';
import { buildIfStale } from './build-if-stale.ts';

/**
 * Turns a hostile peer, lying brokers and a neighbour on this computer against the app: `npm run hostile -- [NAME...]`.
 * Each attack has its own victims and a bound in time; exit code 1 if one of them fell.
 */
const { positionals } = parseArgs({ allowPositionals: true });
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** No attack needs so long; one that is stuck is no reason to wait for ever. */
const attackMs = 150_000;

const unknown = positionals.filter((name) => !allAttacks.some((attack) => attack.name === name));
if (unknown.length > 0) {
  process.stderr.write(
    `No attack is called ${unknown.join(', ')}. There are: ${allAttacks.map(({ name }) => name).join(', ')}.\n`,
  );
  process.exit(2);
}
await buildIfStale((line) => process.stderr.write(`${line}\n`));

let fallen = 0;
for (const attack of allAttacks) {
  if (positionals.length > 0 && !positionals.includes(attack.name)) continue;
  const obstacle = notHere(attack);
  if (obstacle) {
    say(`-     ${attack.name.padEnd(20)} ${obstacle}`);
    continue;
  }
  const startMs = performance.now();
  const { held, figure } = await runOne(attack);
  if (!held) fallen++;
  const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
  say(`${held ? 'held' : 'fell'}  ${attack.name.padEnd(20)} ${figure}`);
  say(`      ${''.padEnd(20)} ${attack.tries} (${seconds} s)`);
}
say(fallen === 0 ? 'Nothing fell.' : `${fallen} fell.`);
process.exit(fallen === 0 ? 0 : 1);

/** What does not come to an end proves nothing, and counts as fallen. */
async function runOne(attack: Attack): Promise<Outcome> {
  const scene = createScene();
  const late = new Promise<Outcome>((done) => {
    setTimeout(done, attackMs, { held: false, figure: `not over after ${attackMs / 1000} s` }).unref();
  });
  // Also what is thrown in a callback: the victims' processes must not outlive this one.
  let onThrown = (_: Error): void => undefined;
  const thrown = new Promise<never>((_, reject) => {
    onThrown = reject;
  });
  process.once('uncaughtException', onThrown);
  try {
    return await Promise.race([attack.run(scene), late, thrown]);
  } catch (error) {
    return { held: false, figure: `went wrong: ${error instanceof Error ? error.message : String(error)}` };
  } finally {
    await scene.end();
    process.off('uncaughtException', onThrown);
  }
}
