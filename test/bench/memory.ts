import { readdir, readFile, writeFile } from 'node:fs/promises';

/** The most memory a process has had resident since it started, bytes; null where the system does not tell (only Linux does). */
export async function peakMemory(pid: number): Promise<number | null> {
  return memoryLine(pid, /^VmHWM:\s+(\d+) kB$/m);
}

/** What it has resident now, bytes; null where the system does not tell. */
export async function residentMemory(pid: number): Promise<number | null> {
  return memoryLine(pid, /^VmRSS:\s+(\d+) kB$/m);
}

/** Lets its peak begin anew at what it has now, where the system can (proc(5), clear_refs). */
export async function forgetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined);
}

async function memoryLine(pid: number, line: RegExp): Promise<number | null> {
  const kilobytes = line.exec(await readProc(pid, 'status'))?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : null;
}

/** The same of the largest page process of a browser. */
export async function peakPageMemory(browserPid: number): Promise<number | null> {
  const peaks = await Promise.all((await descendants(browserPid)).filter(isPage).map(({ pid }) => peakMemory(pid)));
  const known = peaks.filter((peak) => peak !== null);
  return known.length > 0 ? Math.max(...known) : null;
}

/** The largest page process of a browser; null while there is none. */
export async function pageProcess(browserPid: number): Promise<number | null> {
  const pages = (await descendants(browserPid)).filter(isPage).map(({ pid }) => pid);
  const sizes = await Promise.all(pages.map(async (pid) => (await residentMemory(pid)) ?? 0));
  return pages[sizes.indexOf(Math.max(...sizes))] ?? null;
}

interface Process {
  pid: number;
  parent: number;
  command: string;
}

function isPage({ command }: Process): boolean {
  return command.includes('--type=renderer');
}

async function descendants(root: number): Promise<Process[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      parent: Number(/^PPid:\s+(\d+)$/m.exec(await readProc(pid, 'status'))?.[1] ?? 0),
      command: await readProc(pid, 'cmdline'),
    })),
  );
  const found: Process[] = [];
  for (let parents = [root]; parents.length > 0; ) {
    const children = all.filter(({ parent }) => parents.includes(parent));
    found.push(...children);
    parents = children.map(({ pid }) => pid);
  }
  return found;
}

/** Empty when the process is gone, or the system has no such files. */
function readProc(pid: number, name: string): Promise<string> {
  return readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
}
