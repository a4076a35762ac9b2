import type { CDPSession } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { fontWidths, meanEms, sampleText } from '../support/forced-font.ts';
import { createUiStage } from '../support/ui-stage.ts';
import { storyNames } from '../support/ui-stories/stories.ts';

const stage = createUiStage();

const widths = [360, 420, 1280, 1920];
/** The browser's zoom, which leaves fewer pixels of the page's own; and, without it, larger letters alone. */
const zooms = [
  { zoom: 1, letters: [1, 1.5, 2] },
  { zoom: 1.5, letters: [1] },
  { zoom: 2, letters: [1] },
];

/** What is cut away, stands out of its frame, or lies over what it must not, in words. */
function misfits(letters: number): string[] {
  document.documentElement.style.fontSize = `${letters * 100}%`;
  const found: string[] = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > window.innerWidth) found.push(`the page is ${scrollWidth} wide`);
  const stage = document.querySelector('dialog[open]') ?? document.body;
  const isShown = (element: Element): boolean =>
    element.checkVisibility() && !element.closest('.visually-hidden, .brand span, svg');
  /** Styles and boxes are dear to ask for, and every text asks for those of all around it. */
  function remembered<Value>(make: (element: Element) => Value): (element: Element) => Value {
    const made = new Map<Element, Value>();
    return (element) => {
      const known = made.get(element);
      if (known !== undefined) return known;
      const value = make(element);
      made.set(element, value);
      return value;
    };
  }
  const isShortened = remembered((element) => {
    const { textOverflow, webkitLineClamp } = getComputedStyle(element);
    return textOverflow === 'ellipsis' || webkitLineClamp !== 'none';
  });

  interface Place {
    readonly left: number;
    readonly right: number;
  }
  const everywhere: Place = { left: 0, right: window.innerWidth };
  /** From where to where something in this element can be seen; null where it is shortened on purpose. */
  const room = remembered((element): Place | null => {
    if (element === document.body) return everywhere;
    if (isShortened(element)) return null;
    const floats = element.matches('dialog, [popover]') || element.parentElement === null;
    const around = floats ? everywhere : room(element.parentElement);
    const framed = element.matches('button, .card, .way, .drop-zone, .notice, .strip, .popover, .completion');
    if (around === null || (!framed && getComputedStyle(element).overflowX === 'visible')) return around;
    const box = element.getBoundingClientRect();
    return { left: Math.max(around.left, box.left), right: Math.min(around.right, box.right) };
  });
  const check = (what: string, element: Element, boxes: Iterable<DOMRect>): void => {
    const place = room(element);
    if (!place) return;
    for (const box of boxes) {
      if (box.width > 0 && (box.left < place.left - 1 || box.right > place.right + 1)) {
        found.push(`"${what}" is cut away`);
        return;
      }
    }
  };

  const texts: { what: string; element: Element; boxes: DOMRect[] }[] = [];
  const walker = document.createTreeWalker(stage, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || !isShown(element) || node.nodeValue?.trim() === '') continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({ what: (node.nodeValue ?? '').slice(0, 30), element, boxes: [...range.getClientRects()] });
  }
  for (const { what, element, boxes } of texts) check(what, element, boxes);
  const controls = [...stage.querySelectorAll('button, input, [role=progressbar]')].filter(isShown);
  for (const control of controls) {
    const name = control.ariaLabel ?? control.textContent ?? '';
    if (control.parentElement) check(name.slice(0, 40), control.parentElement, [control.getBoundingClientRect()]);
  }

  // What floats lies over the rest on purpose, and what is scrolled away does not show.
  const floats =
    '.notices, .popover, .modal-head, .settings .modal-actions, .drop-layer, .drop-hint, .full-page, .file-list';
  const lying = controls
    .filter((control) => !control.closest(floats))
    .map((control) => ({ control, box: control.getBoundingClientRect() }));
  const standing = texts.filter(({ element }) => !element.closest(`bdi, ${floats}`) && !isShortened(element));
  const meet = (one: DOMRect, other: DOMRect): boolean =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 1 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 1;
  for (const { control, box } of lying) {
    for (const { what, element, boxes } of standing) {
      if (boxes.some((other) => meet(box, other)) && !control.contains(element))
        found.push(`"${control.ariaLabel ?? control.textContent}" lies over "${what}"`);
    }
    for (const other of lying) {
      if (other.control === control || !meet(box, other.box)) continue;
      if (control.contains(other.control) || other.control.contains(control)) continue;
      found.push(`"${control.ariaLabel}" lies over "${other.control.ariaLabel}"`);
    }
  }
  return found;
}

/** In pixels of the page's own: how finely they are painted changes no place, and takes time. */
function setWindow(session: CDPSession, width: number, zoom: number): Promise<unknown> {
  return session.send('Emulation.setDeviceMetricsOverride', {
    width: Math.round(width / zoom),
    height: Math.round(800 / zoom),
    deviceScaleFactor: 1,
    mobile: false,
  });
}

describe.each(fontWidths)('with a %s font', (font) => {
  test('the font is as wide as it is to be', async () => {
    const page = await stage.show('welcome', undefined, { font });
    const ems = await page.evaluate((sample) => {
      const line = document.createElement('span');
      line.style.cssText = 'position: absolute; font-size: 100px; white-space: nowrap';
      line.textContent = sample;
      document.body.append(line);
      return line.getBoundingClientRect().width / 100 / sample.length;
    }, sampleText);
    expect(ems).toBeCloseTo(meanEms[font], 2);
    await page.context().close();
  });

  let go: Awaited<ReturnType<typeof stage.walk>>;
  beforeAll(async () => {
    go = await stage.walk(undefined, { font });
  });

  test.each(storyNames)('%s fits, small and large', async (name) => {
    const page = await go(name);
    const session = await page.context().newCDPSession(page);
    const found: string[] = [];
    for (const width of widths) {
      for (const { zoom, letters } of zooms) {
        await setWindow(session, width, zoom);
        for (const share of letters) {
          const misfit = await page.evaluate(misfits, share);
          if (misfit.length > 0)
            found.push(`${width} px, zoom ${zoom}, letters ${share}: ${misfit.slice(0, 4).join('; ')}`);
        }
      }
    }
    await session.send('Emulation.clearDeviceMetricsOverride');
    await session.detach();
    expect(found).toEqual([]);
  });
});
