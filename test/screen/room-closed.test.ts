import { expect, test } from 'vitest';
import { asked, createUiStage } from '../support/ui-stage.ts';

const stage = createUiStage();

test('a locked room says so at its code, to screen readers too, and counts who was kept out', async () => {
  const page = await stage.show('room-two');
  await page.getByRole('button', { name: 'Lock room' }).click();
  expect(await asked(page)).toEqual([['lockRoom', true]]);
  await page.evaluate(() => window.store.set({ guard: { locked: true, keptOut: 1, renewals: [] } }));
  const section = page.locator('.code-section');
  await section.getByText('Somebody new was kept out.').waitFor();
  expect(await section.innerText()).toContain('Nobody new can join.');
  expect(await section.innerText()).not.toContain('Whoever knows these five words can join.');
  await page.getByRole('log').getByText('The room is locked').waitFor();
  await page.getByRole('button', { name: 'Unlock room' }).click();
  expect(await asked(page)).toEqual([
    ['lockRoom', true],
    ['lockRoom', false],
  ]);
  await page.context().close();
});

test('who was left alone in a locked room can open it again', async () => {
  const page = await stage.show('room-locked-alone');
  await page.getByText('This room is locked.').waitFor();
  await page.getByRole('button', { name: 'Unlock room' }).click();
  expect(await asked(page)).toEqual([['lockRoom', false]]);
  await page.context().close();
});

test('somebody is removed only after a question, and let back in by one button', async () => {
  const page = await stage.show('room-renew');
  await page.getByRole('button', { name: 'Remove Jonas' }).click();
  const question = page.getByRole('dialog', { name: 'Remove Jonas?' });
  await question.getByRole('button', { name: 'Cancel' }).click();
  expect(await asked(page)).toEqual([]);
  await page.getByRole('button', { name: 'Remove Jonas' }).click();
  await question.getByRole('button', { name: 'Remove' }).click();
  expect(await asked(page)).toEqual([['removePerson', 'session-Jonas']]);
  await page.context().close();

  const later = await stage.show('room-locked');
  const card = later.getByRole('listitem', { name: 'Jonas' });
  expect(await card.innerText()).toContain('Removed by you');
  await card.getByRole('button', { name: 'Let back in: Jonas' }).click();
  expect(await asked(later)).toEqual([['letBackIn', 'key-Jonas']]);
  await later.context().close();
});

test('a new code goes to all who are connected but those who are taken out', async () => {
  const page = await stage.show('room-renew');
  await page.getByRole('button', { name: 'New code' }).click();
  const dialog = page.getByRole('dialog', { name: 'Move on to a new code?' });
  await expect.poll(() => dialog.getByRole('checkbox', { checked: true }).count()).toBe(2);
  await dialog.getByRole('checkbox', { name: 'Jonas' }).uncheck();
  await dialog.getByRole('button', { name: 'Get a new code' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await asked(page)).toEqual([['renewCode', ['session-Mira Okafor']]]);
  await page.context().close();
});

test('who is asked along stays until they say otherwise', async () => {
  const page = await stage.show('room-renewal');
  await page.getByText('Mira Okafor moves on to a new room').waitFor();
  expect(await asked(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stay here, without Mira Okafor' }).click();
  await page.getByRole('button', { name: 'Go along with Mira Okafor' }).click();
  expect(await asked(page)).toEqual([
    ['stayHere', 'key-Mira Okafor'],
    ['goAlong', 'camp-kitten-dinosaur-fence-gloom'],
  ]);
  await page.context().close();
});

test('who is refused is told why', async () => {
  const page = await stage.show('room-refused');
  const mira = page.locator('[data-session="session-Mira Okafor"]');
  expect(await mira.innerText()).toContain('This room is locked. Ask somebody in it to unlock it.');
  expect(await mira.innerText()).toContain('Not let in');
  expect(await page.getByRole('listitem', { name: 'Jonas' }).innerText()).toContain('removed you from their side');
  await page.context().close();
});
