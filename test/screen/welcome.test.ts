import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { asked, createUiStage, refuseNext } from '../support/ui-stage.ts';
import { dragFiles } from '../support/ui-stories/act.ts';
import { code } from '../support/ui-stories/stories.ts';

const stage = createUiStage();
let page: Page;

afterEach(() => page.context().close());

const field = () => page.getByRole('combobox', { name: 'Room code' });
const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);

test('both ways and the name are reached by keyboard, in that order', async () => {
  page = await stage.show('welcome');
  const order: unknown[] = [];
  for (let step = 0; step < 5; step++) {
    await page.keyboard.press('Tab');
    order.push(
      await page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute('aria-label') ?? element?.getAttribute('role') ?? element?.textContent;
      }),
    );
  }
  expect(order).toEqual(['Settings', 'Start a room', 'combobox', 'Join room', '']);
  expect(await page.getByLabel('Others see you as').evaluate((input) => input === document.activeElement)).toBe(true);
});

test('starts a room', async () => {
  page = await stage.show('welcome');
  await page.getByRole('button', { name: 'Start a room' }).press('Enter');
  expect(await asked(page)).toEqual([['createRoom']]);
});

describe('typing the code', () => {
  test('completions come with the arrow keys and are told to screen readers', async () => {
    page = await stage.show('welcome');
    await field().pressSequentially('ki');
    expect(await field().getAttribute('aria-expanded')).toBe('true');
    const options = page.getByRole('listbox', { name: 'Words that fit' }).getByRole('option');
    expect(await options.allInnerTexts()).toEqual(['kick', 'kid', 'kidney', 'kind', 'kingdom', 'kiss']);
    await field().press('ArrowDown');
    await field().press('ArrowDown');
    const marked = await field().getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${marked}"]`).textContent()).toBe('kid');
    await field().press('Enter');
    expect(await field().inputValue()).toBe('kid-');
    expect(await asked(page)).toEqual([]);
  });

  test('Tab completes the only word that fits, Escape closes the list', async () => {
    page = await stage.show('welcome');
    await field().pressSequentially('camp kitt');
    await field().press('Tab');
    expect(await field().inputValue()).toBe('camp-kitten-');
    await field().pressSequentially('fe');
    await field().press('Escape');
    expect(await field().getAttribute('aria-expanded')).toBe('false');
    expect(await field().inputValue()).toBe('camp-kitten-fe');
  });

  test('a click takes a completion and leaves the keyboard in the field', async () => {
    page = await stage.show('welcome');
    await field().pressSequentially('dino');
    await page.getByRole('option', { name: 'dinosaur' }).click();
    expect(await field().inputValue()).toBe('dinosaur-');
    await page.keyboard.type('fence');
    expect(await field().inputValue()).toBe('dinosaur-fence');
  });

  test('the caret stays where a correction is typed', async () => {
    page = await stage.show('welcome');
    await field().pressSequentially('camp-kiten-dinosaur');
    for (let step = 0; step < 'en-dinosaur'.length; step++) await field().press('ArrowLeft');
    await page.keyboard.type('t');
    expect(await field().inputValue()).toBe('camp-kitten-dinosaur');
    expect(await field().evaluate((input: HTMLInputElement) => input.selectionStart)).toBe('camp-kitt'.length);
  });

  test('completions follow the caret', async () => {
    page = await stage.show('welcome');
    await field().pressSequentially('camp-ki-dinosaur');
    for (let step = 0; step < '-dinosaur'.length; step++) await field().press('ArrowLeft');
    await field().press('ArrowDown');
    await field().press('Enter');
    expect(await field().inputValue()).toBe('camp-kick-dinosaur');
  });

  test('a whole code is pasted in any dress and joined with Enter', async () => {
    page = await stage.show('welcome');
    await field().focus();
    await page.keyboard.insertText(` ${code.toUpperCase().replaceAll('-', '  ')}`);
    expect(await field().inputValue()).toBe(code);
    await page.getByText('All five words fit together.').waitFor();
    await field().press('Enter');
    expect(await asked(page)).toEqual([['joinRoom', code]]);
  });

  test('a pasted message gives its code', async () => {
    page = await stage.show('welcome');
    const message = `Hi! Here it is:\n1. Camp\n2. Kitten\n3. Dinosaur\n4. Fence\n5. Gloom\nSee you in a moment. ${'Bye. '.repeat(60)}`;
    await page.evaluate((text) => navigator.clipboard.writeText(text), message);
    await field().focus();
    await page.keyboard.press('ControlOrMeta+V');
    await expect.poll(() => field().inputValue()).toBe(code);
    await page.getByText('All five words fit together.').waitFor();
  });

  test('the browser is told not to correct it', async () => {
    page = await stage.show('welcome');
    expect(await field().getAttribute('autocorrect')).toBe('off');
  });

  test.each([
    [360, 720],
    [1280, 800],
  ])('completions cover neither the message nor the button at %i wide', async (width, height) => {
    page = await stage.show('welcome', { width, height });
    for (const start of ['ki', 'ca', 'a']) {
      for (const wrong of ['', 'kiten-']) {
        await field().fill('');
        await field().pressSequentially(wrong + start);
        expect(await page.getByRole('option').count()).toBeGreaterThan(3);
        const bottom = await page.locator('.completions').evaluate((list) => list.getBoundingClientRect().bottom);
        const tops = await page
          .locator('.field-message, .code-field > .button')
          .evaluateAll((below) => below.map((each) => each.getBoundingClientRect().top));
        for (const top of tops) expect(top).toBeGreaterThanOrEqual(bottom);
      }
    }
  });

  test('the button does not move away when the completions close', async () => {
    page = await stage.show('welcome', { width: 360, height: 720 });
    await field().pressSequentially('camp-a');
    const join = page.getByRole('button', { name: 'Join room' });
    await join.click();
    await page.getByText('3 words are still missing.').or(page.getByText('is not a word')).waitFor();
  });

  test('Tab goes on from a complete word, also from the last one that it completes', async () => {
    page = await stage.show('welcome');
    const isAtButton = () =>
      page.getByRole('button', { name: 'Join room' }).evaluate((button) => button === document.activeElement);
    await field().fill(code.slice(0, -1));
    await field().press('End');
    await page.keyboard.press('Tab');
    expect(await field().inputValue()).toBe(code);
    expect(await isAtButton()).toBe(true);
    await field().fill('camp-kid');
    await page.keyboard.press('Tab');
    expect(await isAtButton()).toBe(true);
  });

  test('a wrong checksum turns all five bars, and a sixth word is no “6 of 5”', async () => {
    page = await stage.show('welcome');
    const bars = page.locator('.word-mark');
    await field().fill(code.split('-').reverse().join('-'));
    expect(await bars.evaluateAll((all) => all.map((bar) => bar.dataset.state))).toEqual(Array(5).fill('wrong'));
    await page.getByRole('img', { name: '5 words that do not belong together' }).waitFor();
    await field().fill(code);
    await page.keyboard.type('-abandon');
    await page.getByRole('img', { name: '6 words, where a code has 5' }).waitFor();
  });

  test('a wrong word is named at once, and mended by a click', async () => {
    page = await stage.show('welcome');
    await field().fill('camp-kiten-dinosaur-');
    await page.getByText('“kiten” is not a word of a room code.').waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Did you mean' }).click();
    expect(await field().inputValue()).toBe('camp-kite-dinosaur-');
  });

  test('words that do not belong together are told before joining', async () => {
    page = await stage.show('welcome');
    await field().fill(code.split('-').reverse().join('-'));
    await page.getByText('These five words do not belong together.').waitFor();
    await page.getByRole('button', { name: 'Join room' }).click();
    expect(await asked(page)).toEqual([]);
    expect(await focused()).toBe(await field().getAttribute('id'));
  });

  test('a short code says what is missing', async () => {
    page = await stage.show('welcome');
    await field().fill('camp-kitten');
    await field().press('Enter');
    await page.getByText('3 words are still missing.').waitFor();
    expect(await asked(page)).toEqual([]);
  });

  test('a refusal from behind the screen is said at the field', async () => {
    page = await stage.show('welcome');
    await refuseNext(page, 'room-full');
    await field().fill(code);
    await field().press('Enter');
    await page.locator('.field-message').getByText('This room is full').waitFor();
  });
});

test('the name is saved with Enter, and never empty', async () => {
  page = await stage.show('welcome');
  const name = page.getByLabel('Others see you as');
  await name.fill('  Noor at work ');
  await name.press('Enter');
  await name.fill('   ');
  await name.press('Enter');
  expect(await asked(page)).toEqual([['updateSettings', { name: 'Noor at work' }]]);
  expect(await name.inputValue()).toBe('Noor');
});

test('a drop without a room says what to do, and does not leave the page', async () => {
  page = await stage.show('welcome');
  await dragFiles(page, 'main', 'drop');
  await page.getByText('Start or join a room first.').waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByText('Start or join a room first.').waitFor({ state: 'detached' });
});
