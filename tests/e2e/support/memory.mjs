// Resident memory of programs while something is done.
import { readFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';

const mib = 1024 * 1024;

async function residentOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
}

/** A program and all that it started. */
export function familyOf(pid) {
  const family = new Set([pid]);
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map((name) => {
    try {
      return [Number(name), Number(/\) \w (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1])];
    } catch {
      return [0, 0];
    }
  });
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

/** Does it; how much more than at the start each of the named groups of programs had at most, in MiB. */
export async function growthWhile(groups, work) {
  const measure = async () => Object.fromEntries(await Promise.all(Object.entries(groups).map(async ([name, pids]) => {
    const sizes = await Promise.all(pids.map(residentOf));
    return [name, sizes.reduce((sum, size) => sum + size, 0)];
  })));
  const start = await measure();
  const most = { ...start };
  let measuring = Promise.resolve();
  const timer = setInterval(() => {
    measuring = measure().then((now) => {
      for (const name of Object.keys(most)) most[name] = Math.max(most[name], now[name]);
    });
  }, 200);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await measuring;
  }
  return Object.fromEntries(Object.keys(most).map((name) => [name, Math.round((most[name] - start[name]) / mib)]));
}
