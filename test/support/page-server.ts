import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sirv from 'sirv';
import { build } from 'vite';

/** Builds a page for tests or benchmarks as the app's is built, into a folder that is the caller's to remove. */
export async function buildPage(folder: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'roomdrop-page-'));
  await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    define: { global: 'globalThis' },
    worker: { format: 'es' },
    build: { outDir, emptyOutDir: true, assetsInlineLimit: 0 },
  });
  return outDir;
}

/** Serves a folder on loopback. */
export async function serveFolder(folder: string): Promise<{ url: string; server: Server }> {
  const files = sirv(folder);
  const server = createServer((request, response) => files(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server };
}

/** Both. */
export async function servePage(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const built = await buildPage(folder);
  const { url, server } = await serveFolder(built);
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await rm(built, { recursive: true });
    },
  };
}
