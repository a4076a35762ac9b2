import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { startEmbeddedBroker } from '../../src/main/broker/embedded.ts';
import { launchChromium, openPage } from '../support/chromium.ts';
import { servePage } from '../support/page-server.ts';
import { startPair } from './app-pair.ts';

export interface Throughput {
  /** Bytes a second, one for each round. */
  app: number[];
  link: number[];
  bare: number[];
}

/** Rounds of bare channel, link code and app, one after the other, in the same two browsers. */
export async function measureThroughput({ rounds, bytes }: { rounds: number; bytes: number }): Promise<Throughput> {
  const broker = await startEmbeddedBroker();
  const served = await servePage(join(import.meta.dirname, 'page'));
  const browsers = [await launchChromium(), await launchChromium()] as const;
  const result: Throughput = { app: [], link: [], bare: [] };
  try {
    for (let round = 0; round < rounds; round++) {
      result.bare.push(await withPages(browsers, served.url, (pages) => bare(pages, bytes)));
      result.link.push(await withPages(browsers, served.url, (pages) => link(pages, broker.url, bytes)));
      result.app.push(await app(bytes));
    }
    return result;
  } finally {
    for (const browser of browsers) await browser.close();
    await served.close();
    await broker.close();
  }
}

async function withPages<T>(
  browsers: readonly [Browser, Browser],
  url: string,
  use: (pages: readonly [Page, Page]) => Promise<T>,
): Promise<T> {
  const pages = [await openPage(browsers[0], url), await openPage(browsers[1], url)] as const;
  try {
    return await use(pages);
  } finally {
    for (const page of pages) await page.context().close();
  }
}

async function bare([sender, receiver]: readonly [Page, Page], bytes: number): Promise<number> {
  const offer = await sender.evaluate(() => window.bench.bareOffer());
  const answer = await receiver.evaluate(([sdp, total]) => window.bench.bareAnswer(sdp, total), [
    offer,
    bytes,
  ] as const);
  await sender.evaluate((sdp) => window.bench.bareFinish(sdp), answer);
  return sender.evaluate((total) => window.bench.bareSend(total), bytes);
}

async function link(pages: readonly [Page, Page], broker: string, bytes: number): Promise<number> {
  const topic = `roomdrop/bench-${randomBytes(8).toString('hex')}`;
  const join = (page: Page, name: string): Promise<void> =>
    page.evaluate(([as, url, where, total]) => window.bench.joinAs(as, url, where, total), [
      name,
      broker,
      topic,
      bytes,
    ] as const);
  await Promise.all([join(pages[0], 'Ann'), join(pages[1], 'Bo')]);
  return pages[0].evaluate((total) => window.bench.linkSend(total), bytes);
}

async function app(bytes: number): Promise<number> {
  const pair = await startPair(bytes);
  try {
    return bytes / ((await pair.transferMs()) / 1000);
  } finally {
    await pair.close();
  }
}
