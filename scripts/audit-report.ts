import * as v from 'valibot';

const severity = v.picklist(['info', 'low', 'moderate', 'high', 'critical']);

/** What `npm audit --json` prints (report version 2). */
const reportSchema = v.object({
  vulnerabilities: v.record(
    v.string(),
    v.object({
      severity,
      range: v.string(),
      via: v.array(v.union([v.string(), v.object({ title: v.string(), url: v.string() })])),
    }),
  ),
});

/** What a person reads of it, and whether something is high or critical. */
export function readAudit(json: string): { lines: string[]; grave: boolean } {
  const report = v.safeParse(v.pipe(v.string(), v.parseJson(), reportSchema), json);
  if (!report.success) return { lines: ['Dependencies: the registry told nothing of known holes.'], grave: false };
  const holes = Object.entries(report.output.vulnerabilities);
  if (holes.length === 0) return { lines: ['Dependencies: no known holes.'], grave: false };
  const lines = holes.map(([name, { severity, range, via }]) => {
    const why = via.map((each) => (typeof each === 'string' ? `through ${each}` : `${each.title} (${each.url})`));
    return `${severity}: ${name} ${range}: ${why.join('; ')}`;
  });
  const grave = holes.some(([, hole]) => hole.severity === 'high' || hole.severity === 'critical');
  return { lines: [`Dependencies: ${holes.length} known holes.`, ...lines], grave };
}
