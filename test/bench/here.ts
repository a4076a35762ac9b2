import { type AppMemory, measureMemory } from './app-memory.ts';
import { mega, ratio, spread } from './figures.ts';
import { measureThroughput, type Throughput } from './throughput.ts';

/** Both ends on this machine, nothing between them: only the ratios say something. */
export interface Here {
  readonly throughput: Throughput;
  /** For each size of file, bytes. */
  readonly memory: readonly { readonly bytes: number; readonly peaks: AppMemory }[];
}

const megabyte = 1_000_000;

export async function benchHere(quick: boolean): Promise<Here> {
  const throughput = await measureThroughput({ rounds: quick ? 5 : 9, bytes: (quick ? 64 : 128) * 1024 * 1024 });
  const memory: { bytes: number; peaks: AppMemory }[] = [];
  for (const bytes of [100 * megabyte, 400 * megabyte]) memory.push({ bytes, peaks: await measureMemory({ bytes }) });
  return { throughput, memory };
}

export function hereLines({ throughput: { app, link, bare }, memory }: Here): string[] {
  return [
    `Throughput in MB/s, median (least to most) of ${bare.length} interleaved rounds, both ends on this machine:`,
    `  bare RTCDataChannel             ${spread(bare)}`,
    `  link code, page to page         ${spread(link)}   ${ratio(link, bare)} of bare`,
    `  app, browser host, disk to disk ${spread(app)}   ${ratio(app, bare)} of bare`,
    `Peak memory of the processes in MB, ${memory.map(({ bytes }) => `${mega(bytes)} MB`).join(' and ')} sent:`,
    ...(['sending host', 'sending page', 'receiving host', 'receiving page'] as const).map((name) => {
      const peaks = memory.map(({ peaks: of }) => of[name]);
      return `  ${name.padEnd(31)} ${peaks.map((peak) => (peak === null ? 'this system does not tell' : mega(peak))).join('   ')}`;
    }),
  ];
}
