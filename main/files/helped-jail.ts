import { errorText } from '../../shared/error-text.ts';
import { LightdeckError } from '../../shared/errors.ts';
import { hasCode } from '../lib/system-error.ts';
import { systemName } from './byte-name.ts';
import type { FileAccess, Jail, RootFiles, UserPath } from './contract.ts';
import { isOwnName, parseUserPath, trashName } from './user-path.ts';

/** Whether the system refused it since the files are somebody else's. */
export function isDenied(thrown: unknown): boolean {
  const cause = thrown instanceof LightdeckError ? thrown.cause : thrown;
  return hasCode(cause, 'EACCES', 'EPERM');
}

/** The names of a path as far as they can be told to a program: one that is no text (A16) ends it. */
function plainNames(path: UserPath): string[] {
  const names = parseUserPath(path);
  const end = names.findIndex((name) => typeof systemName(name) !== 'string' || isOwnName(name));
  return end < 0 ? names : names.slice(0, end);
}

/** What must be open for reading at a path: the way, and what is there; `deep` with all that is in it. */
export function reading(path: UserPath, deep = false): FileAccess[] {
  const names = plainNames(path);
  const whole = deep || names.length < parseUserPath(path).length;
  return [...wayTo(names), { path: names.join('/'), bits: 'rX', deep: whole }];
}

/** For making, changing or deleting it: its folder too, and the root, where unfinished writes lie. */
function writing(path: UserPath, deep = false): FileAccess[] {
  const names = plainNames(path);
  const whole = deep || names.length < parseUserPath(path).length;
  const folder = names.slice(0, -1).join('/');
  return [
    ...wayTo(names),
    root,
    { path: folder, bits: 'rwX', deep: false },
    { path: names.join('/'), bits: 'rwX', deep: whole && names.length > 0 },
  ];
}

/** The trash, and the root that it lies in. */
const root: FileAccess = { path: '', bits: 'rwX', deep: false };
const inTrash: FileAccess = { path: trashName, bits: 'rwX', deep: false };

function wayTo(names: string[]): FileAccess[] {
  return names.map((_, index) => ({ path: names.slice(0, index).join('/'), bits: 'rX', deep: false }));
}

/**
 * A19: a jail whose files may belong to others than the host's user: what the system refuses is opened to the host's group by root, and
 * tried once more. What the host makes in a volume whose root is somebody else's is given to that one afterwards.
 * This is the one place for it: routes and SFTP know nothing of it.
 */
export function helpedJail(jail: Jail, root: RootFiles): Jail {
  return new Helped(jail, root).jail();
}

class Helped {
  private readonly inner: Jail;
  private readonly root: RootFiles;
  /** Top-level names that wait to be given, and the round that does it. */
  private readonly owed = new Set<string>();
  private giving: Promise<void> | null = null;

  constructor(inner: Jail, root: RootFiles) {
    this.inner = inner;
    this.root = root;
  }

  jail(): Jail {
    const { inner } = this;
    return {
      stat: (path) => this.try(reading(path), () => inner.stat(path)),
      lstat: (path) => this.try(reading(path), () => inner.lstat(path)),
      list: (path, options) => this.try(reading(path), () => inner.list(path, options)),
      open: (path, mode) => this.open(path, mode),
      writeWhole: (path, source, options) => this.writeWhole(path, source, options),
      makeFolder: async (path, options) => {
        await this.try(writing(path), () => inner.makeFolder(path, options));
        await this.give(path);
      },
      rename: (source, destination, options) =>
        this.try([...writing(source), ...writing(destination)], () =>
          inner.rename(source, destination, options),
        ),
      copy: async (source, destination, options) => {
        const access = [...reading(source, true), ...writing(destination)];
        const done = await this.try(access, () => inner.copy(source, destination, options));
        await this.give(destination);
        return done;
      },
      readLink: (path) => this.try(reading(path), () => inner.readLink(path)),
      makeLink: async (path, target) => {
        await this.try(writing(path), () => inner.makeLink(path, target));
        await this.give(path);
      },
      remove: (path, options) =>
        this.try(writing(path, options?.recursive ?? false), () => inner.remove(path, options)),
      discard: (path, removal) =>
        this.try([...writing(path, true), inTrash], () => inner.discard(path, removal)),
      trash: this.trash(),
      change: (path, changes) => this.change(path, changes),
      walk: (path, options) => this.walk(path, options),
    };
  }

  private trash(): Jail['trash'] {
    const { trash } = this.inner;
    const all = [root, { ...inTrash, deep: true }];
    return {
      list: () => this.try([root, inTrash], () => trash.list()),
      restore: async (id, options) => {
        const lay = async () => (await trash.list()).find((entry) => entry.id === id)?.path;
        const path = options.path ?? (await this.try([root, inTrash], lay));
        const place = path ? writing(path) : [];
        const restored = await this.try([...all, ...place], () => trash.restore(id, options));
        await this.give(restored.path);
        return restored;
      },
      purge: (ids) => this.try(all, () => trash.purge(ids)),
      empty: (options) => this.try(all, () => trash.empty(options)),
      makeRoom: (bytes) => this.try(all, () => trash.makeRoom(bytes)),
    };
  }

  /** Tries it, and once more after root has opened the way. `mayRepeat`: whether nothing of it is used up. */
  private async try<T>(
    access: FileAccess[],
    work: () => Promise<T>,
    { help, mayRepeat = () => true }: { help?: () => Promise<void>; mayRepeat?: () => boolean } = {},
  ): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDenied(error) || !mayRepeat()) throw error;
      await this.help(error, help ?? (() => this.root.open(access)));
      return await work();
    }
  }

  private async help(refusal: unknown, help: () => Promise<void>): Promise<void> {
    try {
      await help();
    } catch (error) {
      const words = `${errorText(refusal)}, and root in a container can't help: ${errorText(error)}`;
      throw new LightdeckError('conflict', words, { cause: error });
    }
  }

  private async open(path: UserPath, mode: Parameters<Jail['open']>[1]): ReturnType<Jail['open']> {
    const access = mode.write ? writing(path) : reading(path);
    const file = await this.try(access, () => this.inner.open(path, mode));
    // A new one stays the host's while it is open, so that its mode can still be set.
    if (!mode.create) return file;
    const close = file.close.bind(file);
    file.close = async () => {
      await close();
      await this.give(path);
    };
    return file;
  }

  private async writeWhole(...args: Parameters<Jail['writeWhole']>): Promise<number> {
    const [path, source, options] = args;
    let isBegun = false;
    const watched: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]() {
        isBegun = true;
        return source[Symbol.asyncIterator]();
      },
    };
    const work = () => this.inner.writeWhole(path, watched, options);
    const size = await this.try(writing(path), work, { mayRepeat: () => !isBegun });
    const given = this.give(path);
    // One of many: nobody waits for each.
    if (options?.flush !== false) await given;
    return size;
  }

  /** Modes and times are the owner's to set. */
  private async change(path: UserPath, changes: Parameters<Jail['change']>[1]): Promise<void> {
    let isTaken = false;
    const help = async (): Promise<void> => {
      isTaken = true;
      await this.root.open(reading(path));
      await this.root.take([plainNames(path).join('/')]);
    };
    try {
      await this.try([], () => this.inner.change(path, changes), { help });
    } finally {
      if (isTaken) await this.give(path);
    }
  }

  /** What is in folders of others is opened before, since a walk can't be begun again in the middle. */
  private async *walk(path: UserPath, options: Parameters<Jail['walk']>[1]): ReturnType<Jail['walk']> {
    if (await this.isForeign()) await this.root.open(reading(path, true));
    let isBegun = false;
    try {
      for await (const entry of this.inner.walk(path, options)) {
        isBegun = true;
        yield entry;
      }
    } catch (error) {
      if (!isDenied(error)) throw error;
      await this.help(error, () => this.root.open(reading(path, true)));
      if (isBegun)
        throw new LightdeckError('busy', 'Some of these files could not be read until now: try again', {
          cause: error,
        });
      yield* this.inner.walk(path, options);
    }
  }

  /** Whether the volume's root belongs to somebody else. */
  private async isForeign(): Promise<boolean> {
    try {
      return (await this.inner.stat('')).uid !== this.root.uid;
    } catch {
      return false;
    }
  }

  /** Resolves when what was made there belongs to whom the volume does. What fails is made up for by the next one, or the next start. */
  private async give(path: UserPath): Promise<void> {
    const [top] = plainNames(path);
    if (top === undefined || !(await this.isForeign())) return;
    this.owed.add(top);
    // A round that runs already may have passed by: the next one has it.
    await this.giving;
    if (this.owed.size === 0) return;
    if (!this.giving) {
      const round = this.giveAll().finally(() => {
        this.giving = null;
      });
      this.giving = round;
    }
    await this.giving;
  }

  private async giveAll(): Promise<void> {
    const paths = [...this.owed];
    this.owed.clear();
    try {
      await this.root.give(paths);
    } catch {
      // They are the host's as yet. Bounded: names at the top of one volume.
      for (const path of paths) this.owed.add(path);
    }
  }
}
