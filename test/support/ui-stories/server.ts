import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build, preview } from 'vite';
import { contentSecurityPolicy } from '../../../src/main/content-security-policy.ts';
import type { StoryName } from './stories.ts';

export interface StoryServer {
  address(story: StoryName): string;
  close(): Promise<void>;
}

/** Builds the screen with made-up states as the real page is built, and serves it under the real page's policy. */
export async function serveStories(): Promise<StoryServer> {
  const root = resolve(import.meta.dirname);
  const outDir = await mkdtemp(join(tmpdir(), 'roomdrop-stories-'));
  const config = { root, configFile: false, logLevel: 'error' } as const;
  await build({ ...config, build: { outDir, emptyOutDir: true, assetsInlineLimit: 0 } });
  const server = await preview({
    ...config,
    build: { outDir },
    preview: { host: '127.0.0.1', port: 0, headers: { 'Content-Security-Policy': contentSecurityPolicy } },
  });
  const base = server.resolvedUrls?.local[0];
  if (!base) throw new Error('vite gave no address');
  return {
    address: (story) => `${base}?story=${story}`,
    async close() {
      await server.close();
      await rm(outDir, { recursive: true, force: true });
    },
  };
}
