/** Figures as a report shows them. */
const megabyte = 1_000_000;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** In millions, one digit behind the point, two below ten. */
export function mega(value: number): string {
  const millions = value / megabyte;
  return millions.toFixed(Math.abs(millions) < 10 ? 2 : 1);
}

/** Median, and least to most. */
export function spread(values: readonly number[]): string {
  if (values.length === 0) return '-';
  if (values.length === 1) return mega(median(values));
  return `${mega(median(values))} (${mega(Math.min(...values))} to ${mega(Math.max(...values))})`;
}

/** Round by round, since a machine's speed drifts. */
export function ratio(rates: readonly number[], others: readonly number[]): string {
  return median(rates.map((rate, index) => rate / (others[index] ?? Number.NaN))).toFixed(2);
}
