import { readFileSync } from 'node:fs';
// One backup by the store, as a process of its own: `backup-run.js STORE FOLDER`. Prints what it was as JSON.
import { openFsRoot } from '../main/files/fs-node.ts';
import { silentLog } from '../main/lib/log.ts';
import { folderSource } from '../main/snapshots/folder-source.ts';
import { openSnapshotStore } from '../main/snapshots/store.ts';

const [folder = '', source = ''] = process.argv.slice(2);
// Two seconds later, or what was just made would be too new to be trusted.
const store = await openSnapshotStore({
  folder,
  create: true,
  hostId: 'bench',
  now: () => Date.now() + 5000,
  log: silentLog,
});
/** How long this thread has waited for a processor until now, in ms: that is the machine's doing, not ours. */
const waited = (): number =>
  Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[1] ?? 0) / 1e6;

let late = 0;
let last = { at: performance.now(), waited: waited() };
// How long the host's own thread is kept from anything else, by its own work or by a disk.
const watch = setInterval(() => {
  const now = { at: performance.now(), waited: waited() };
  late = Math.max(late, now.at - last.at - (now.waited - last.waited) - 10);
  last = now;
}, 10);
const run = { signal: new AbortController().signal };
const about = { source: 'bench', kind: 'backup', meta: {} } as const;
await store.create(folderSource({ fsRoot: openFsRoot(source) }), about, run);
clearInterval(watch);
await store.close();
process.stdout.write(JSON.stringify({ peakMb: process.resourceUsage().maxRSS / 1024, lateMs: late }));
