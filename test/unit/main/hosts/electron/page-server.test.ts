import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPageServer } from '../../../../../src/main/hosts/electron/page-server.ts';

let folder: string;
let serve: (request: Request) => Promise<Response>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roomdrop-page-'));
  const page = join(folder, 'renderer');
  await mkdir(join(page, 'assets'), { recursive: true });
  await writeFile(join(page, 'index.html'), '<p>page</p>');
  await writeFile(join(page, 'assets/main.js'), 'run()');
  await writeFile(join(page, 'notes.txt'), 'no page needs this');
  await writeFile(join(folder, 'secret.js'), 'outside');
  await mkdir(`${page}-more`);
  await writeFile(join(`${page}-more`, 'secret.js'), 'outside');
  serve = createPageServer(page);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const get = (url: string, method = 'GET') => serve(new Request(url, { method }));

describe('the page server', () => {
  it('serves the page with a strict policy', async () => {
    const response = await get('app://roomdrop/index.html');
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<p>page</p>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = response.headers.get('content-security-policy') ?? '';
    for (const rule of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      expect(policy.split('; ')).toContain(rule);
    }
    expect(policy).not.toMatch(/unsafe/);
  });

  it('serves scripts as scripts', async () => {
    const response = await get('app://roomdrop/assets/main.js?v=1');
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await response.text()).toBe('run()');
  });

  it.each([
    'app://roomdrop/..%2fsecret.js',
    'app://roomdrop/assets/..%2f..%2fsecret.js',
    'app://roomdrop/..%2frenderer-more%2fsecret.js',
    'app://roomdrop/%',
    'app://roomdrop/',
    'app://roomdrop/absent.js',
    'app://roomdrop/notes.txt',
    'app://roomdrop/assets',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it('answers nobody else and only reads', async () => {
    expect((await get('app://other/index.html')).status).toBe(405);
    expect((await get('app://roomdrop/index.html', 'POST')).status).toBe(405);
  });
});
