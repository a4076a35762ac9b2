/** Numbers, sizes and times as a person reads them. Pure; the locale is the catalogue's. */

const byteUnits = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;

const formatters = new Map<string, Intl.NumberFormat>();

function unitFormat(locale: string, unit: string, unitDisplay: 'short' | 'long'): Intl.NumberFormat {
  const key = `${locale} ${unit} ${unitDisplay}`;
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay, maximumSignificantDigits: 3 });
    formatters.set(key, formatter);
  }
  return formatter;
}

/** Scales to the unit in which three digits suffice; 999.6 kB is already 1 MB. */
function scaled(bytes: number): { value: number; unit: (typeof byteUnits)[number] } {
  let value = bytes / 1000;
  let index = 0;
  while (value >= 999.5 && index < byteUnits.length - 1) {
    value /= 1000;
    index++;
  }
  return { value, unit: byteUnits[index] ?? 'petabyte' };
}

/** Decimal units, as file managers on macOS and Linux count: `1.42 GB`. */
export function formatBytes(bytes: number, locale = 'en'): string {
  if (bytes < 1000) return unitFormat(locale, 'byte', 'long').format(bytes);
  const { value, unit } = scaled(bytes);
  return unitFormat(locale, unit, 'short').format(value);
}

/** `12.4 MB/s`, of bytes a second. */
export function formatRate(bytesPerSecond: number, locale = 'en'): string {
  if (bytesPerSecond > 0 && bytesPerSecond < 1000)
    return unitFormat(locale, 'byte-per-second', 'short').format(bytesPerSecond);
  const { value, unit } = scaled(bytesPerSecond);
  return unitFormat(locale, `${unit}-per-second`, 'short').format(value);
}

/** `8 sec`, `3 min`, `1 hr 20 min`: as exact as an estimate deserves, rounded up. */
export function formatDuration(seconds: number, locale = 'en'): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 60) return unitFormat(locale, 'second', 'short').format(whole);
  const minutes = Math.ceil(whole / 60);
  if (minutes < 60) return unitFormat(locale, 'minute', 'short').format(minutes);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return unitFormat(locale, 'day', 'long').format(Math.ceil(hours / 24));
  const hoursText = unitFormat(locale, 'hour', 'short').format(hours);
  const rest = minutes % 60;
  return rest === 0 ? hoursText : `${hoursText} ${unitFormat(locale, 'minute', 'short').format(rest)}`;
}

/** Whole percent, rounded down: 100 only when all is there. */
export function percentOf(part: number, total: number): number {
  if (total <= 0) return 100;
  return Math.min(100, Math.max(0, Math.floor((part / total) * 100)));
}

export function formatPercent(percent: number, locale = 'en'): string {
  return new Intl.NumberFormat(locale, { style: 'percent' }).format(percent / 100);
}

/** `12,345`. */
export function formatCount(count: number, locale = 'en'): string {
  return new Intl.NumberFormat(locale).format(count);
}

/** Never broken over two lines. */
export function formatMilliseconds(ms: number, locale = 'en'): string {
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
  return format.format(ms).replace(' ', '\u00a0');
}

/**
 * A name or path from another computer, fit to be shown: without control characters, line breaks and the direction
 * overrides that make `exe.gpj` look like a picture (Unicode Technical Report 36, "Bidirectional Text Spoofing").
 */
export function displayName(name: string): string {
  return name.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
}
