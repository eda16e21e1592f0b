import { createHash } from 'node:crypto';
import { type BigIntStats, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** All that a restore must bring back, by path as bytes (latin1): to be compared. Files with several names are numbered by their first. */
export function treeOf(root: string): Record<string, object> {
  const tree: Record<string, object> = {};
  const names = new Map<bigint, string>();
  const look = (folder: Buffer, prefix: string): void => {
    for (const name of readdirSync(folder, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const shown = prefix + name.toString('latin1');
      const stats = lstatSync(path, { bigint: true });
      if (!names.has(stats.ino)) names.set(stats.ino, shown);
      tree[shown] = { ...facts(stats), ...content(path, stats), first: names.get(stats.ino) };
      if (stats.isDirectory()) look(path, `${shown}/`);
    }
  };
  look(Buffer.from(root), '');
  return tree;
}

function facts(stats: BigIntStats): object {
  const { mode, uid, gid, mtimeNs, nlink } = stats;
  const names = stats.isDirectory() ? 0 : Number(nlink);
  return { mode: mode.toString(8), uid: Number(uid), gid: Number(gid), mtime: mtimeNs / 1000n, names };
}

function content(path: Buffer, stats: BigIntStats): object {
  if (stats.isSymbolicLink())
    return { target: readlinkSync(path, { encoding: 'buffer' }).toString('latin1') };
  if (!stats.isFile()) return {};
  const bytes = readFileSync(path);
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    hasHoles: stats.blocks * 512n < stats.size,
  };
}
