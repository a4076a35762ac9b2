import { describe, expect, test } from 'vitest';
import { createExitWhenDone } from '../../../src/main/exit-when-done.ts';
import type { MemberView, TransferView } from '../../../src/shared/views.ts';
import { memberView, transferView } from '../../support/ui-views.ts';

const member = (key: string | null, part: Partial<MemberView> = {}): MemberView =>
  memberView({ session: `session of ${key}`, key, state: key ? 'connected' : 'connecting', ...part });

const transfer = (key: string, state: TransferView['state'], part: Partial<TransferView> = {}): TransferView =>
  transferView({ id: `to ${key}`, peer: { key, session: `session of ${key}`, name: key }, state, ...part });

function setUp(sends: boolean) {
  const codes: number[] = [];
  return { codes, run: createExitWhenDone({ sends, done: (code) => codes.push(code) }) };
}

describe('a sender exits', () => {
  test('not before somebody has come', () => {
    const { codes, run } = setUp(true);
    run.members([]);
    run.members([member(null)]);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', 'offered'));
    run.transfer(transfer('Bo', 'running'));
    expect(codes).toEqual([]);
  });

  test('with 0 once the only person has taken all, and only once', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', 'done'));
    run.transfer(transfer('Bo', 'done'));
    run.members([]);
    expect(codes).toEqual([0]);
  });

  test.each(['declined', 'cancelled', 'failed'] as const)('with 1 when it was %s', (state) => {
    const { codes, run } = setUp(true);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', state));
    expect(codes).toEqual([1]);
  });

  test('with 1 when some of the files failed', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', 'done', { failedCount: 1 }));
    expect(codes).toEqual([1]);
  });

  test('only after everybody who is here, also who is still connecting', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo'), member(null)]);
    run.transfer(transfer('Bo', 'done'));
    expect(codes).toEqual([]);
    run.members([member('Bo'), member('Cy')]);
    run.transfer(transfer('Cy', 'running'));
    expect(codes).toEqual([]);
    run.transfer(transfer('Cy', 'done'));
    expect(codes).toEqual([0]);
  });

  test('without who can never be met', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo'), member(null, { state: 'closed', reason: { code: 'version-unknown' } })]);
    run.transfer(transfer('Bo', 'done'));
    expect(codes).toEqual([0]);
  });

  test('with 1 when somebody left in the middle, but never for nobody: the first who comes back is waited for', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', 'interrupted'));
    run.members([]);
    expect(codes).toEqual([]);
    run.members([member('Cy')]);
    run.transfer(transfer('Cy', 'done'));
    expect(codes).toEqual([1]);
  });

  test('not because its own page was reloaded, which then knows nobody', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo'), member('Cy')]);
    run.transfer(transfer('Bo', 'done'));
    run.transfer(transfer('Cy', 'running'));
    run.members(null);
    run.transfer(transfer('Cy', 'interrupted'));
    run.members([]);
    expect(codes).toEqual([]);
    run.members([member('Cy')]);
    run.transfer(transfer('Cy', 'done'));
    expect(codes).toEqual([0]);
  });

  test('not while something is just arriving', () => {
    const { codes, run } = setUp(true);
    run.members([member('Bo')]);
    run.transfer(transfer('Bo', 'running', { id: 'from Bo', direction: 'in' }));
    run.transfer(transfer('Bo', 'done'));
    expect(codes).toEqual([]);
    run.transfer(transfer('Bo', 'done', { id: 'from Bo', direction: 'in' }));
    expect(codes).toEqual([0]);
  });

  test('with 1 at once when what it was given cannot be read', () => {
    const { codes, run } = setUp(true);
    run.failed();
    expect(codes).toEqual([1]);
  });
});

describe('a receiver exits', () => {
  test('with 0 when the first transfer is done, with or without somebody here', () => {
    const { codes, run } = setUp(false);
    run.members([member('Ann')]);
    run.transfer(transfer('Ann', 'offered', { direction: 'in' }));
    run.transfer(transfer('Ann', 'running', { direction: 'in' }));
    expect(codes).toEqual([]);
    run.transfer(transfer('Ann', 'done', { direction: 'in' }));
    expect(codes).toEqual([0]);
  });

  test.each(['declined', 'cancelled', 'failed'] as const)('with 1 when the first was %s', (state) => {
    const { codes, run } = setUp(false);
    run.transfer(transfer('Ann', state, { direction: 'in' }));
    expect(codes).toEqual([1]);
  });
});
