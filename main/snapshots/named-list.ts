import type { UserPath } from '../files/contract.ts';
import type { SnapshotInfo } from './contract.ts';

const maxNamed = 100;

/** Paths that are told with a reason: the first hundred, and how many there are. A path counts once. */
export class NamedList {
  private readonly named = new Map<UserPath, string>();
  private more = 0;

  add(path: UserPath, why: string): void {
    if (this.named.has(path)) return;
    if (this.named.size < maxNamed) this.named.set(path, why.slice(0, 300));
    else this.more += 1;
  }

  get count(): number {
    return this.named.size + this.more;
  }

  list(): SnapshotInfo['left_out'] {
    return { paths: [...this.named].map(([path, why]) => ({ path, why })), count: this.count };
  }
}
