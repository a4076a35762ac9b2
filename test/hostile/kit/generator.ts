import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'generator-child.ts');

/** A process that does nothing but send one datagram after the other. */
export interface Generator {
  /** From now on there; null for nowhere. */
  aim(port: number | null): void;
  /** What it has sent, and what has come back. */
  stop(): Promise<Generated>;
}

export interface Generated {
  readonly sent: number;
  readonly answers: number;
  readonly perSecond: number;
}

export interface Generating {
  /** Sent in turn, base64; four bytes of each that are counted up, if `countAt` says where, make them differ. */
  readonly datagrams: readonly string[];
  readonly countAt: number | null;
  readonly from: string;
  readonly to: string;
  readonly port: number | null;
  readonly perSecond: number;
}

export type GeneratorCommand = 'stop' | { readonly port: number | null };

/** @param enter what a command begins with to run where it is to be */
export async function startGenerator(generating: Generating, enter: readonly string[] = []): Promise<Generator> {
  const [execPath = '', ...execArgv] = [...enter, process.execPath, '--import', 'tsx'];
  const child = fork(script, [], { execPath, execArgv });
  child.send(generating);
  await once(child, 'message');
  const command = (what: GeneratorCommand): void => void child.send(what);
  return {
    aim: (port) => command({ port }),
    async stop() {
      const said = once(child, 'message');
      command('stop');
      const [generated]: Generated[] = await said;
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
      if (!generated) throw new Error('a generator says what it sent');
      return generated;
    },
  };
}
