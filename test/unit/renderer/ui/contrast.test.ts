import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = (name: string): string => readFileSync(`src/renderer/ui/styles/${name}`, 'utf8');

function tokens(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = '', color = '']) => [name, color]),
  );
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const [lightBlock = '', darkBlock = ''] = css('tokens.css').split('@media (prefers-color-scheme: dark)');
const themes = { light: tokens(lightBlock), dark: new Map([...tokens(lightBlock), ...tokens(darkBlock)]) };

/** Text on the grounds it stands on. */
const texts: [string, string[]][] = [
  ['ink', ['ground', 'ground-glow', 'surface', 'surface-inset', 'surface-hover', 'accent-soft', 'warn-soft']],
  ['ink-soft', ['ground', 'ground-glow', 'surface', 'surface-inset', 'surface-hover', 'accent-soft']],
  ['ink-faint', ['ground', 'ground-glow', 'surface', 'surface-inset', 'surface-hover']],
  ['accent-ink', ['accent', 'accent-hover']],
  ['accent-text', ['ground', 'surface', 'accent-soft']],
  ['good', ['surface']],
  ['warn', ['surface', 'warn-soft']],
  ['bad', ['surface', 'bad-soft']],
];
/** What one must see to use it: edges of fields, dots, bars. */
const shapes: [string, string[]][] = [
  ['line-strong', ['ground', 'surface']],
  ['accent', ['ground', 'surface']],
  ['warn-fill', ['surface']],
  ['good', ['surface']],
];

describe.each(Object.entries(themes))('%s theme', (_, theme) => {
  const color = (name: string): string => {
    const value = theme.get(name);
    if (value === undefined) throw new Error(`no token ${name}`);
    return value;
  };
  const pairs = (list: [string, string[]][]) =>
    list.flatMap(([ink, grounds]) => grounds.map((ground) => [ink, ground]));

  test.each(pairs(texts))('%s can be read on %s', (ink, ground) => {
    expect(contrast(color(ink ?? ''), color(ground ?? ''))).toBeGreaterThanOrEqual(4.5);
  });

  test.each(pairs(shapes))('%s can be seen on %s', (shape, ground) => {
    expect(contrast(color(shape ?? ''), color(ground ?? ''))).toBeGreaterThanOrEqual(3);
  });
});

test('white letters can be read on every avatar', () => {
  const colors = [...css('controls.css').matchAll(/--avatar-(?:from|to):\s*(#[0-9a-f]{6})/g)].map(
    ([, color = '']) => color,
  );
  expect(colors).toHaveLength(20);
  for (const color of colors) expect(contrast('#ffffff', color), color).toBeGreaterThanOrEqual(4.5);
});
