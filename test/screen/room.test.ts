import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { avatarHue } from '../../src/renderer/ui/avatar-look.ts';
import { asked, createUiStage, refuseNext } from '../support/ui-stage.ts';
import { dragFiles } from '../support/ui-stories/act.ts';
import { ama, jonas, lanes, mira } from '../support/ui-stories/people.ts';
import { code } from '../support/ui-stories/stories.ts';

const stage = createUiStage();
let page: Page;

afterEach(() => page.context().close());

const button = (name: string | RegExp) => page.getByRole('button', { name });

describe('alone', () => {
  test('the code is shown and copied', async () => {
    page = await stage.show('room-alone');
    await page.getByRole('heading', { name: 'Waiting for someone to join' }).waitFor();
    await button('Copy code').click();
    await button('Copied').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(code);
  });

  test('how to check the code is said only after a while', async () => {
    page = await stage.show('room-alone');
    expect(await page.getByText('the same five words').count()).toBe(0);
    await page.context().close();
    page = await stage.show('room-alone-long');
    await page.getByText('Is it the same five words on both computers?').waitFor();
  });

  test('a drop is offered to whoever joins', async () => {
    page = await stage.show('room-alone');
    await dragFiles(page, 'main', 'dragover');
    await page.getByText('Drop to offer to whoever joins').waitFor();
    await dragFiles(page, 'main', 'drop');
    expect(await asked(page)).toEqual([['sendDropped', ['hello.txt'], []]]);
    expect(await page.getByText('Drop to offer to whoever joins').count()).toBe(0);
  });

  test('what is offered to whoever joins is listed, and each can be taken back', async () => {
    page = await stage.show('room-alone-standing');
    const standing = page.getByRole('region', { name: 'Will be offered to whoever joins' });
    await standing.getByText('Lisbon, spring').waitFor();
    expect(await standing.getByRole('listitem').count()).toBe(2);
    await standing.getByRole('button', { name: 'Do not offer Lisbon, spring any more' }).click();
    expect(await asked(page)).toEqual([['withdraw', 'lisbon']]);
  });

  test('without a connection it says so, in words and server by server', async () => {
    page = await stage.show('room-brokers-down');
    await page.getByRole('status').getByText('No meeting server can be reached.').waitFor();
    await button('Offline').press('Enter');
    const servers = page.getByRole('dialog', { name: 'Meeting servers' });
    await servers.getByText('0 of 3 meeting servers reached').waitFor();
    expect(await servers.getByText('Not reached, trying again').count()).toBe(3);
    await page.keyboard.press('Escape');
    expect(await servers.isVisible()).toBe(false);
  });
});

describe('somebody who cannot be reached', () => {
  test('is shown with what went wrong and with what can be done', async () => {
    page = await stage.show('room-busy');
    const card = page.locator(`[data-session="${ama.session}"]`);
    await card.getByText('The two computers could not reach each other in time.').waitFor();
    await card.getByText('set up a TURN server in the settings').waitFor();
  });
});

describe('the way to somebody', () => {
  const cardOf = (session: string) => page.locator(`[data-session="${session}"]`);

  test('is direct, with how long it takes and how much goes, where a direct lane carries the bytes', async () => {
    page = await stage.show('room-busy');
    const card = cardOf(mira.session);
    await card.getByText('Direct · same network · 2\u00a0ms · 9.8\u00a0MB/s').waitFor();
    expect(await card.getByText('Files go straight from computer to computer.').isVisible()).toBe(false);
    await card.locator('summary').press('Enter');
    await card.getByText('Files go straight from computer to computer.').waitFor();
    await page.evaluate(() => {
      const { app } = window.store.get();
      const lost = { kind: 'channel', roundTripMs: null, why: 'no-path' } as const;
      if (app) window.store.set({ app: { ...app, lanes: app.lanes.map((lane) => ({ ...lane, ...lost })) } });
    });
    await card.getByText('Connected · same network · 3\u00a0ms').waitFor();
    await card.getByText('No direct lane: the networks in between let none through.').waitFor();
    expect(await card.getByText('MB/s').count()).toBe(0);
  });

  test('is not direct for a reason, which its details name', async () => {
    page = await stage.show('room-busy');
    const card = cardOf(jonas.session);
    await card.getByText('Connected · over the internet · 42\u00a0ms').click();
    await card.getByText('No direct lane: the networks in between let none through.').waitFor();
    for (const [why, sentence] of [
      ['off', 'the settings here allow none'],
      ['peer-cannot', 'the other side makes none'],
      ['older-link', 'it takes a new connection, which is made as soon as a broker is reached'],
      ['no-addon', 'the part of Roomdrop that makes one does not run on this computer'],
    ] as const) {
      await page.evaluate(
        ({ why, key }) => {
          const { app } = window.store.get();
          if (app) window.store.set({ app: { ...app, lanes: [{ key, kind: 'channel', roundTripMs: null, why }] } });
        },
        { why, key: jonas.key ?? '' },
      );
      await card.getByText(new RegExp(`^No direct lane( yet)?: ${sentence}\\.$`)).waitFor();
    }
  });

  test('has no details before main has told of it', async () => {
    page = await stage.show('room-two');
    const card = cardOf(mira.session);
    await card.getByText('Connected · same network').waitFor();
    expect(await card.locator('summary').count()).toBe(0);
    const toMira = lanes.filter(({ key }) => key === mira.key);
    await page.evaluate((told) => {
      const { app } = window.store.get();
      if (app) window.store.set({ app: { ...app, lanes: told } });
    }, toMira);
    await card.getByText('Direct · same network · 2\u00a0ms').waitFor();
  });
});

describe('when the last person leaves', () => {
  test('the room stays as it was: the person grey, the transfers in sight', async () => {
    page = await stage.show('room-two');
    await page.getByText('Mira Okafor').first().waitFor();
    await page.evaluate(() => {
      const { network } = window.store.get();
      const gone = { state: 'closed', path: null, roundTripMs: null, reason: { code: 'peer-left' } } as const;
      window.store.set({ network: { ...network, members: network.members.map((each) => ({ ...each, ...gone })) } });
    });
    await page.getByText('Left just now').waitFor();
    expect(await page.getByRole('heading', { name: 'Waiting for someone to join' }).count()).toBe(0);
    await dragFiles(page, 'main', 'drop');
    expect(await asked(page)).toEqual([['sendDropped', ['hello.txt'], []]]);
  });

  test('their transfers say what is true of them', async () => {
    page = await stage.show('room-left');
    await page.getByText('goes on by itself when you are in a room together again').waitFor();
  });
});

describe('faces and names', () => {
  test('the own face has one color everywhere', async () => {
    page = await stage.show('room-two');
    const faces = page.locator('.self .avatar, .way-picture > .avatar');
    for (const key of ['key-1', 'key-2', 'key-3']) {
      await page.evaluate((own) => {
        const { app } = window.store.get();
        if (app) window.store.set({ app: { ...app, key: own } });
      }, key);
      const hue = String(avatarHue(key));
      await expect.poll(() => faces.evaluateAll((all) => all.map((face) => face.dataset.hue))).toEqual([hue, hue]);
    }
  });

  test('two people with one name are told apart wherever the name stands', async () => {
    page = await stage.show('room-namesakes');
    const cards = await page.locator('.person-name').allInnerTexts();
    expect(cards.slice(0, 2).every((name) => /^Ann · \w+ \w+$/.test(name))).toBe(true);
    expect(new Set(cards).size).toBe(cards.length);
    const [first = ''] = cards;
    await button(`Send files to ${first}`).waitFor();
    await page.getByRole('listitem', { name: `${first} wants to send you` }).waitFor();
  });
});

test('after a room was started or left, the keyboard is in it and not lost', async () => {
  page = await stage.show('welcome');
  await button('Start a room').click();
  const into = (room: boolean) =>
    page.evaluate((inRoom) => {
      const { app } = window.store.get();
      const room = inRoom ? { code: 'camp-kitten-dinosaur-fence-gloom', topic: 'topic', sealingKey: 'key' } : null;
      if (app) window.store.set({ app: { ...app, room } });
    }, room);
  await into(true);
  await page.getByRole('heading', { name: 'Waiting for someone to join' }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('room alone');
  await page.keyboard.press('Tab');
  expect(await button('Copy code').evaluate((copy) => copy === document.activeElement)).toBe(true);
  await button('Leave room').focus();
  await into(false);
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('welcome');
});

test('when somebody comes while one waits, the keyboard is in the room and not lost', async () => {
  page = await stage.show('room-alone');
  await button('Copy code').focus();
  await page.evaluate((member) => {
    const { network } = window.store.get();
    window.store.set({ network: { ...network, members: [member] } });
  }, mira);
  await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('room');
});

describe('dropping', () => {
  test('with one person the whole window is the target', async () => {
    page = await stage.show('room-two');
    await dragFiles(page, 'header', 'dragover');
    await page.getByText('Drop to send to Mira Okafor').waitFor();
    await dragFiles(page, 'header', 'drop');
    expect(await asked(page)).toEqual([['sendDropped', ['hello.txt'], [mira.session]]]);
  });

  test('with several a card says for whom; Everyone is all who are connected', async () => {
    page = await stage.show('room-busy');
    await dragFiles(page, `[data-session="${jonas.session}"] h3`, 'dragover');
    expect(await page.locator('[data-over]').getAttribute('data-drop')).toBe(jonas.session);
    await dragFiles(page, `[data-session="${jonas.session}"] h3`, 'drop');
    await dragFiles(page, '[data-drop="everyone"]', 'drop');
    expect(await asked(page)).toEqual([
      ['sendDropped', ['hello.txt'], [jonas.session]],
      ['sendDropped', ['hello.txt'], [mira.session, jonas.session]],
    ]);
    expect(await page.locator('[data-over]').count()).toBe(0);
  });

  test('beside every card, or on someone not connected, sends nothing and says why', async () => {
    page = await stage.show('room-busy');
    await dragFiles(page, 'header', 'drop');
    await page.getByText('Who is it for?').waitFor();
    await dragFiles(page, `[data-session="${ama.session}"]`, 'drop');
    await page.getByText('Ama’s MacBook is not connected right now.').waitFor();
    expect(await asked(page)).toEqual([]);
  });

  test('what cannot be sent is told', async () => {
    page = await stage.show('room-two');
    await refuseNext(page, 'nothing-to-send');
    await dragFiles(page, 'main', 'drop');
    await page.getByText('There was nothing in it to send.').waitFor();
  });
});

describe('choosing instead of dropping', () => {
  test('by the dialogs of the desktop', async () => {
    page = await stage.show('room-busy');
    await button('Send files to Jonas').click();
    await button('Send folder to everyone here').click();
    expect(await asked(page)).toEqual([
      ['pickAndSend', 'files', [jonas.session]],
      ['pickAndSend', 'folder', [mira.session, jonas.session]],
    ]);
    expect(await button('Send files to Ama’s MacBook').isDisabled()).toBe(true);
  });

  test('by the browser’s where there are no others', async () => {
    page = await stage.show('room-browser');
    const chooser = page.waitForEvent('filechooser');
    await button('Send files to Jonas').click();
    const files = ['a.txt', 'b.txt'].map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) }));
    expect((await chooser).isMultiple()).toBe(true);
    await (await chooser).setFiles(files);
    await expect.poll(() => asked(page)).toEqual([['pickInput', ['a.txt', 'b.txt'], [jonas.session]]]);
  });
});

describe('requests', () => {
  test('say who, what, how much, where to, and whether it fits', async () => {
    page = await stage.show('request');
    const lisbon = page.getByRole('listitem', { name: 'Mira Okafor wants to send you Lisbon, spring' });
    await lisbon.getByText('248 files in 6 folders').waitFor();
    await lisbon.getByText('1.84 GB').waitFor();
    await lisbon.getByText('Goes to ~/Downloads').waitFor();
    const archive = page.getByRole('listitem', { name: 'Jonas wants to send you archive-2019-2025.tar' });
    await archive.getByText('This does not fit: 212 GB to receive, only 38.2 GB free.').waitFor();
  });

  test('are in sight in a small window, however many people are here', async () => {
    const size = { width: 360, height: 720 };
    for (const story of ['request', 'room-busy', 'room-namesakes'] as const) {
      page = await stage.show(story, size);
      const accept = page.getByRole('button', { name: /^Accept/ }).first();
      expect(await accept.evaluate((element) => element.getBoundingClientRect().bottom)).toBeLessThan(size.height);
      if (story !== 'room-namesakes') await page.context().close();
    }
  });

  test('show what is in them as a tree with sizes, folders first, in the order of a person', async () => {
    page = await stage.show('request');
    const lisbon = page.getByRole('listitem', { name: 'Mira Okafor wants to send you Lisbon, spring' });
    await lisbon.getByText('Show what is in it').press('Enter');
    const rows = lisbon.locator('.contents > ul > li');
    await expect.poll(() => rows.count()).toBe(5);
    expect(await rows.allInnerTexts()).toEqual([
      '1 Alfama\n203 files · 1.71 GB',
      '2 Elétrico 28\n2 files · 810 MB',
      '10 Belém\n42 files · 355 MB',
      'to sort\nempty',
      'notes.txt\n1.2 kB',
    ]);
    await lisbon.locator('summary', { hasText: '2 Elétrico 28' }).press('Enter');
    await expect
      .poll(() => rows.nth(1).locator('li').allInnerTexts())
      .toEqual(['clip-9.mov\n398 MB', 'clip-10.mov\n412 MB']);
  });

  test('with long folders go on where the list ends, and the keyboard scrolls it and is not lost', async () => {
    page = await stage.show('request');
    const list = page.getByRole('region', { name: 'What is in Lisbon, spring' });
    await page.getByText('Show what is in it').first().press('Enter');
    await list.waitFor();
    await page.keyboard.press('Tab');
    expect(await list.evaluate((element) => element === document.activeElement)).toBe(true);
    const folder = (name: string) => list.locator('summary', { hasText: name });
    await folder('1 Alfama').press('Enter');
    await folder('azulejos').press('Enter');
    await page.keyboard.press('Tab');
    const files = list.getByText(/^DSC_/);
    await expect.poll(() => files.count()).toBe(200);
    await button('Show more (3 left)').press('Enter');
    await expect.poll(() => files.count()).toBe(203);
    expect(await list.evaluate((element) => element.contains(document.activeElement))).toBe(true);
    await list.focus();
    await page.keyboard.press('End');
    await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBeGreaterThan(0);
  });

  test('whose names have not all come say how many there are more', async () => {
    page = await stage.show('request-partly');
    await page.getByText('Show what is in it').click();
    await page.getByText('And 3,348 more, whose names come once the transfer has been accepted.').waitFor();
    await page
      .getByText(/so far$/)
      .first()
      .waitFor();
  });

  test('whose contents cannot be had say so in the list', async () => {
    page = await stage.show('request');
    await refuseNext(page, 'transfer-unknown');
    await page.getByText('Show what is in it').first().click();
    await page.locator('.contents').getByRole('alert').waitFor();
  });

  test('are answered by keyboard; the next one is at hand then', async () => {
    page = await stage.show('request');
    await button('Accept Lisbon, spring from Mira Okafor').press('Enter');
    expect(await asked(page)).toEqual([['answer', 'request', true]]);
    await page.evaluate(() => {
      const { transfers } = window.store.get();
      window.store.set({
        transfers: transfers.map((each) => (each.id === 'request' ? { ...each, state: 'accepted' } : each)),
      });
    });
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-transfer')))
      .toBe('too-large');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect((await asked(page)).at(-1)).toEqual(['answer', 'too-large', false]);
  });

  test('do not take the keyboard away from somebody who types', async () => {
    page = await stage.show('settings');
    const name = await page.evaluateHandle(() => {
      const field = document.createElement('input');
      document.body.append(field);
      field.focus();
      return field;
    });
    await page.evaluate(() => {
      const { transfers } = window.store.get();
      const request = transfers.find(({ id }) => id === 'request');
      if (request) window.store.set({ transfers: [...transfers, { ...request, id: 'another' }] });
    });
    await page.locator('[data-transfer="another"]').waitFor();
    expect(await name.evaluate((field) => field === document.activeElement)).toBe(true);
  });
});

describe('transfers', () => {
  test('have bars that say where they are', async () => {
    page = await stage.show('room-busy');
    const bar = page.getByRole('progressbar', { name: 'Progress of interview-cut-03.mov' });
    expect(await bar.getAttribute('aria-valuenow')).toBe('72');
    expect(await bar.getAttribute('aria-valuetext')).toBe('72%, Receiving');
  });

  test('that have ended are the latest fifty, and all of them on demand', async () => {
    page = await stage.show('room-busy');
    await page.evaluate(() => {
      const { transfers } = window.store.get();
      const done = transfers.find(({ id }) => id === 'done-in');
      const many = Array.from({ length: 600 }, (_, index) => ({ ...transfers[0], ...done, id: `done ${index}` }));
      window.store.set({ transfers: many as typeof transfers });
    });
    const rows = page.locator('[data-transfer]');
    await page.locator('[data-transfer="done 599"]').waitFor();
    expect(await rows.count()).toBe(50);
    await button('Show all 600').click();
    await page.locator('[data-transfer="done 0"]').waitFor();
    expect(await rows.count()).toBe(600);
  });

  test('are paused, cancelled, shown and removed, each by its name', async () => {
    page = await stage.show('room-busy');
    await button('Pause: interview-cut-03.mov').click();
    await button('Cancel: thesis-final').click();
    await button('Show in folder: floor-plan.pdf').click();
    await button('Remove: floor-plan.pdf').click();
    await button('Clear finished').click();
    expect(await asked(page)).toEqual([
      ['pause', 'running-in'],
      ['cancel', 'interrupted'],
      ['show', 'done-in'],
      ['forget', 'done-in'],
      ['forget', 'declined'],
      ['forget', 'some-failed'],
      ['forget', 'done-in'],
    ]);
  });

  test('that have arrived tell where and under which name, and give the path', async () => {
    page = await stage.show('room-busy');
    const row = page.locator('[data-transfer="done-in"]');
    await row.getByText('In ~/Downloads as “floor-plan (2).pdf”').waitFor();
    await row.getByRole('button', { name: /^Copy path/ }).click();
    await row.getByRole('button', { name: /^Path copied/ }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('/home/noor/Downloads/floor-plan (2).pdf');
  });

  test('of small files say files a second, not bytes', async () => {
    page = await stage.show('room-small-files');
    expect(await page.locator('.transfer-state').innerText()).toBe('Sending · 203 files/s · 8 min left');
  });

  test('tell which files failed and why', async () => {
    page = await stage.show('room-busy');
    await page.getByText('2 files could not be copied').click();
    await page.getByText('“sketches/old.key” is not there any more.').waitFor();
  });

  test('one that moves does not draw the others again', async () => {
    page = await stage.show('room-many');
    const reads = await page.evaluate(async () => {
      const [first, second, ...rest] = window.store.get().transfers;
      if (!first || !second) throw new Error('no transfers');
      let count = 0;
      const counted = Object.defineProperty({ ...first }, 'title', {
        get: () => {
          count++;
          return first.title;
        },
      });
      const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      window.store.set({ transfers: [counted, second, ...rest] });
      await drawn();
      const before = count;
      window.store.set({ transfers: [counted, { ...second, bytes: second.bytes + 1_000_000 }, ...rest] });
      await drawn();
      return { before, after: count };
    });
    expect(reads.before).toBeGreaterThan(0);
    expect(reads.after).toBe(reads.before);
  });
});

test('joins, requests and ends are announced, progress is not', async () => {
  page = await stage.show('room-two');
  await page.evaluate(() => {
    const { network } = window.store.get();
    const [mira] = network.members;
    if (mira)
      window.store.set({
        network: { ...network, members: [mira, { ...mira, session: 'new', key: 'new', name: 'Teo' }] },
      });
  });
  await page.getByRole('log').getByText('Teo is connected.').waitFor();
});

describe('settings', () => {
  test('keep the keyboard inside, and give it back', async () => {
    page = await stage.show('room-two');
    await button('Settings').focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Settings' });
    await dialog.waitFor();
    for (let step = 0; step < 30; step++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.closest('.room, header.header'))).toBeNull();
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await button('Settings').evaluate((element) => element === document.activeElement)).toBe(true);
  });

  test('save only what was changed', async () => {
    page = await stage.show('settings-browser');
    const open = page.getByRole('button', { name: 'Settings', exact: true });
    await open.click();
    await page.getByRole('textbox', { name: 'Your name' }).fill('Noor at home');
    await page.getByRole('radio', { name: 'Accept everything' }).check();
    for (const name of ['Direct lane', 'Through relays only', 'Hide addresses in my network']) {
      const shown = page.getByRole('checkbox', { name });
      await shown.setChecked(!(await shown.isChecked()));
    }
    await button('Remove wss://test.mosquitto.org:8081').click();
    await page.keyboard.press('Enter');
    await button('Save').click();
    expect((await asked(page)).at(-1)).toEqual([
      'updateSettings',
      {
        name: 'Noor at home',
        accept: 'all',
        direct: false,
        relayOnly: true,
        hideLocalAddresses: true,
        brokers: ['wss://broker.hivemq.com:8884/mqtt', 'wss://broker.emqx.io:8084/mqtt'],
      },
    ]);
    await page.getByRole('dialog', { name: 'Settings' }).waitFor({ state: 'detached' });
  });

  test('stay open with a sentence when they cannot be used', async () => {
    page = await stage.show('settings-browser');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByLabel('Received files go to').fill('not a path');
    await refuseNext(page, 'setting-invalid');
    await button('Save').click();
    await page.getByRole('alert').getByText('This setting cannot be used as it is.').waitFor();
  });
});

test('leaving asks only while something moves', async () => {
  page = await stage.show('room-two');
  await button('Leave room').click();
  expect(await asked(page)).toEqual([['leaveRoom']]);
  await page.context().close();
  page = await stage.show('room-busy');
  await button('Leave room').click();
  const question = page.getByRole('dialog', { name: 'Leave while files are moving?' });
  await question.getByRole('button', { name: 'Stay' }).click();
  await question.waitFor({ state: 'detached' });
  await button('Leave room').click();
  await question.getByRole('button', { name: 'Leave room' }).click();
  expect(await asked(page)).toEqual([['leaveRoom']]);
});

test('without main nothing can be pressed, and it says why', async () => {
  page = await stage.show('main-gone');
  await page.getByRole('alert').getByText('Roomdrop itself is not running any more').waitFor();
  expect(await page.locator('.page').getAttribute('inert')).not.toBeNull();
  await page.evaluate(() => window.store.set({ connectedToMain: true }));
  await button('Leave room').click();
});

test('a room in another tab can be brought here', async () => {
  page = await stage.show('detached');
  await page.getByRole('heading', { name: 'This room is open in another tab' }).waitFor();
  await button('Use it here').click();
  expect(await asked(page)).toEqual([['takeOver']]);
});
