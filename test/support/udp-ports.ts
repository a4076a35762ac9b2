import { readdir, readFile, readlink } from 'node:fs/promises';

/** Ports of the UDP sockets that a process has open, in its own network namespace; Linux only. */
export async function udpPorts(pid: number): Promise<number[]> {
  const descriptors = await readdir(`/proc/${pid}/fd`);
  // One may be closed while they are looked at.
  const opened = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')));
  const inodes = new Set(opened.map((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1]));
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8')));
  // sl local_address rem_address st queues tr:tm retrnsmt uid timeout inode …, see proc_net_udp(5)
  const sockets = tables.flatMap((table) => table.trim().split('\n').slice(1)).map((line) => line.trim().split(/\s+/));
  const own = sockets.filter((columns) => inodes.has(columns[9]));
  return own.map((columns) => Number.parseInt(columns[1]?.split(':').at(-1) ?? '', 16));
}
