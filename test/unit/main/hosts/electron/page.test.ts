import { describe, expect, it, vi } from 'vitest';
import type { PageConnection, PageSession } from '../../../../../src/main/host.ts';
import { createPage } from '../../../../../src/main/hosts/electron/page.ts';
import { ReasonError } from '../../../../../src/shared/reasons.ts';
import { openGuard } from '../../../../../src/shared/room-guard.ts';

function application() {
  const lives: { connection: PageConnection; session: PageSession; closed: number; calls: string[] }[] = [];
  const send = vi.fn();
  const page = createPage((connection) => {
    const life = {
      connection,
      closed: 0,
      calls: [] as string[],
      session: {
        async call(name: string, input: unknown) {
          life.calls.push(name);
          if (name === 'roomJoin') throw new ReasonError('code-word', { word: 'aple' });
          if (name === 'offer') throw new Error('boom');
          return { name, input };
        },
        port: vi.fn(),
        sourceFromPaths: async (paths: readonly string[]) => summary(paths),
        closed() {
          life.closed++;
        },
      },
    };
    lives.push(life);
    return life.session;
  }, send);
  return { page, lives, send };
}

const summary = (paths: readonly string[]) => ({
  id: 's',
  title: paths.join(),
  topLevelEntries: paths.length,
  files: paths.length,
  folders: 0,
  bytes: 0,
  again: false,
});

const port = () => ({ post: vi.fn(), listen: vi.fn(), close: vi.fn() });

describe('the page', () => {
  it('is a session from its first call on', async () => {
    const { page, lives } = application();
    expect(await page.call('roomCreate', {})).toEqual({ reason: { code: 'room-open-elsewhere' } });
    expect(lives).toHaveLength(0);
    expect(await page.call('attach', { takeOver: false })).toEqual({
      value: { name: 'attach', input: { takeOver: false } },
    });
    expect(await page.call('roomCreate', {})).toEqual({ value: { name: 'roomCreate', input: {} } });
    expect(lives.map((life) => life.calls)).toEqual([['attach', 'roomCreate']]);
  });

  it('gets reasons as values, also of what nobody expected', async () => {
    const { page } = application();
    await page.call('attach', {});
    expect(await page.call('roomJoin', {})).toEqual({ reason: { code: 'code-word', detail: { word: 'aple' } } });
    expect(await page.call('offer', {})).toEqual({ reason: { code: 'internal-error', detail: { message: 'boom' } } });
    expect(await page.call(7, {})).toEqual({ reason: { code: 'request-invalid' } });
  });

  it('gets events while it lives, and none after', async () => {
    const { page, lives, send } = application();
    await page.call('attach', {});
    lives[0]?.connection.emit('room', { room: null, guard: openGuard });
    expect(send.mock.calls).toEqual([['room', { room: null, guard: openGuard }]]);
    await expect(lives[0]?.connection.alive()).resolves.toBe(true);
    page.gone();
    lives[0]?.connection.emit('room', { room: null, guard: openGuard });
    expect(send).toHaveBeenCalledTimes(1);
    await expect(lives[0]?.connection.alive()).resolves.toBe(false);
  });

  it('that is reloaded ends its session and begins another, each ended once', async () => {
    const { page, lives } = application();
    await page.call('attach', {});
    page.gone();
    page.gone();
    expect(await page.call('roomCreate', {})).toHaveProperty('reason');
    await page.call('attach', {});
    expect(lives.map((life) => life.closed)).toEqual([1, 0]);
  });

  it('that comes back before its end was noticed ends its forerunner', async () => {
    const { page, lives } = application();
    await page.call('attach', {});
    await page.call('attach', {});
    expect(lives.map((life) => life.closed)).toEqual([1, 0]);
    lives[0]?.connection.close();
    expect(await page.call('roomCreate', {})).toHaveProperty('value');
  });

  it('is let go when the app closes its connection', async () => {
    const { page, lives } = application();
    await page.call('attach', {});
    lives[0]?.connection.close();
    expect(await page.call('roomCreate', {})).toEqual({ reason: { code: 'room-open-elsewhere' } });
  });

  it('opens ports while it is attached; others are closed', async () => {
    const { page, lives } = application();
    const early = port();
    page.port({ kind: 'source', source: 's' }, early);
    expect(early.close).toHaveBeenCalledOnce();
    await page.call('attach', {});
    const opened = port();
    page.port({ kind: 'source', source: 's' }, opened);
    expect(lives[0]?.session.port).toHaveBeenCalledWith({ kind: 'source', source: 's' }, opened);
  });

  it('gets a summary for dropped paths', async () => {
    const { page } = application();
    expect(await page.dropped(['/a'])).toEqual({ reason: { code: 'room-open-elsewhere' } });
    await page.call('attach', {});
    expect(await page.dropped(['/a', '/b'])).toEqual({ value: summary(['/a', '/b']) });
  });

  it.each([
    ['an empty list', []],
    ['a list with an empty path', ['/a', '']],
    ['a text', '/a'],
    ['a list of numbers', [1]],
    ['null', null],
    ['a list of too many', Array.from({ length: 10_001 }, () => '/a')],
  ])('has nothing to send in %s', async (_, paths) => {
    const { page } = application();
    await page.call('attach', {});
    expect(await page.dropped(paths)).toEqual({ reason: { code: 'nothing-to-send' } });
  });
});
