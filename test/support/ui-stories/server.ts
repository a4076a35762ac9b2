import { resolve } from 'node:path';
import { createServer } from 'vite';
import { contentSecurityPolicy } from '../../../src/main/content-security-policy.ts';
import type { StoryName } from './stories.ts';

export interface StoryServer {
  address(story: StoryName): string;
  close(): Promise<void>;
}

/** Serves the screen with made-up states, under the policy of the real page. */
export async function serveStories(): Promise<StoryServer> {
  const root = resolve(import.meta.dirname, '../../..');
  const server = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: resolve(root, '.cache/vite-stories'),
    server: {
      host: '127.0.0.1',
      port: 0,
      hmr: false,
      watch: null,
      headers: { 'Content-Security-Policy': contentSecurityPolicy },
    },
  });
  await server.listen();
  const base = server.resolvedUrls?.local[0];
  if (!base) throw new Error('vite gave no address');
  return {
    address: (story) => `${base}test/support/ui-stories/index.html?story=${story}`,
    close: () => server.close(),
  };
}
