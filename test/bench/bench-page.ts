import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openPlainChromium } from '../support/chromium.ts';
import type { PageAnswer, PageCall } from './page/calls.ts';

type Bench = Window['bench'];

/** The page of the benchmarks in a browser of its own, without a debugger. */
export interface BenchPage {
  call<N extends keyof Bench>(name: N, ...args: Parameters<Bench[N]>): Promise<Awaited<ReturnType<Bench[N]>>>;
  close(): Promise<void>;
}

/**
 * @param folder of the page as it was built
 * @param enter what a command begins with in the place where the page is to be (see `Namespace`)
 */
export async function openBenchPage(folder: string, enter: readonly string[] = []): Promise<BenchPage> {
  const child = join(import.meta.dirname, 'bench-page-child.ts');
  const [command = '', ...args] = [...enter, process.execPath, '--import', 'tsx', child, folder];
  const host = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: host.stdout });
  const [url] = await once(lines, 'line');
  const connected = once(lines, 'line');
  const browser = await openPlainChromium(`${url}?calls`, enter);
  await connected;

  const ended = once(host, 'close');
  const calls = new Map<number, (answer: PageAnswer) => void>();
  lines.on('line', (line) => {
    const answer: PageAnswer = JSON.parse(line);
    calls.get(answer.id)?.(answer);
    calls.delete(answer.id);
  });
  host.once('close', () => {
    for (const [id, settle] of calls) settle({ id, error: 'the page is gone' });
  });
  let id = 0;
  return {
    call: (name, ...given) =>
      new Promise((done, fail) => {
        const call: PageCall = { id: id++, name, args: given };
        calls.set(call.id, (answer) => {
          if ('error' in answer) fail(new Error(`${name}: ${answer.error}`));
          else done(answer.value as Awaited<ReturnType<Bench[typeof name]>>);
        });
        host.stdin.write(`${JSON.stringify(call)}\n`);
      }),
    async close() {
      await browser.close();
      host.kill('SIGTERM');
      await ended;
    },
  };
}
