import { expect, test } from 'vitest';
import { readAudit } from '../../../scripts/audit-report.ts';

const hole = (severity: string) => ({
  name: 'some-package',
  severity,
  isDirect: false,
  via: [{ source: 1, title: 'It reads what it should not', url: 'https://example.org/1', severity }, 'another-package'],
  effects: [],
  range: '<2.0.0',
  nodes: [],
  fixAvailable: true,
});
const report = (...severities: string[]) =>
  JSON.stringify({
    auditReportVersion: 2,
    vulnerabilities: Object.fromEntries(severities.map((severity, at) => [`package-${at}`, hole(severity)])),
  });

test('no known hole is said', () => {
  expect(readAudit(report())).toEqual({ lines: ['Dependencies: no known holes.'], grave: false });
});

test('each hole is named with its reason; a high one is grave', () => {
  expect(readAudit(report('moderate')).grave).toBe(false);
  const { lines, grave } = readAudit(report('low', 'high'));
  expect(grave).toBe(true);
  expect(lines).toEqual([
    'Dependencies: 2 known holes.',
    'low: package-0 <2.0.0: It reads what it should not (https://example.org/1); through another-package',
    'high: package-1 <2.0.0: It reads what it should not (https://example.org/1); through another-package',
  ]);
});

test.each([
  ['nothing', ''],
  ['an error', JSON.stringify({ message: 'audit endpoint returned an error', error: { summary: '', detail: '' } })],
])('a registry that answers with %s is no failure, and no all-clear', (_, json) => {
  const { lines, grave } = readAudit(json);
  expect(grave).toBe(false);
  expect(lines.join()).toContain('told nothing');
});
