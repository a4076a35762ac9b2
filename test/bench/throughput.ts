import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import { buildPage } from '../support/page-server.ts';
import type { Amount } from './amount.ts';
import { startPair } from './app-pair.ts';
import { type BenchPage, openBenchPage } from './bench-page.ts';
import { bareRate, linkRate } from './channel-rates.ts';

export interface Throughput {
  /** Bytes a second at the receiver, one for each round. */
  app: number[];
  link: number[];
  bare: number[];
}

/** Longer than it takes. */
const withinMs = 600_000;

/** Rounds of bare channel, link code and app, one after the other, each between two fresh browsers. */
export async function measureThroughput({ rounds, bytes }: { rounds: number; bytes: number }): Promise<Throughput> {
  const broker = await startEmbeddedBroker();
  const page = await buildPage(join(import.meta.dirname, 'page'));
  const amount = { bytes, withinMs };
  const result: Throughput = { app: [], link: [], bare: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      result.bare.push(await withPages(page, (pages) => bareRate(pages, amount)));
      result.link.push(await withPages(page, (pages) => linkRate(pages, broker.url, amount)));
      result.app.push(await app(amount));
    }
    return result;
  } finally {
    await rm(page, { recursive: true });
    await broker.close();
  }
}

async function withPages<T>(page: string, use: (pages: readonly [BenchPage, BenchPage]) => Promise<T>): Promise<T> {
  const pages = [await openBenchPage(page), await openBenchPage(page)] as const;
  try {
    return await use(pages);
  } finally {
    for (const each of pages) await each.close();
  }
}

async function app(amount: Amount): Promise<number> {
  const pair = await startPair({ bytes: amount.bytes });
  try {
    return await pair.rate(amount);
  } finally {
    await pair.close();
  }
}
