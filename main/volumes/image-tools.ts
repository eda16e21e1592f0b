import { join } from 'node:path';
import { LightdeckError } from '../../shared/errors.ts';
import type { ProgramEnd, RunProgram } from '../lib/run-program.ts';

/** Time limits in ms. Making and mounting take milliseconds; a check or a copy of a big image takes what the disk needs. */
const shortMs = 60_000;
const longMs = 30 * 60_000;
/** How long a change waits for one that a killed host has left running, in ms. */
const lockMs = 120_000;

/** What the kernel says of a mounted image that somebody uses. */
const busyWords = /target is busy|device is busy/;

/** Thrown by `unmount`: something has files in it open. */
export class MountBusy extends Error {}

/**
 * The programs behind images (e2fsprogs, util-linux, GNU cp), each with fixed arguments. What changes an image in use runs
 * under a shared lock on a file in the images' folder: a host that was killed leaves such a program running, and the next
 * host waits for its end by `settle`. Failures are LightdeckError: `out_of_space` when the host's disk is full, else
 * `internal` with the program's own words.
 */
export class ImageTools {
  private readonly run: RunProgram;
  private readonly lock: string;

  constructor(options: { run: RunProgram; folder: string }) {
    this.run = options.run;
    this.lock = join(options.folder, '.lock');
  }

  /** Waits until no program of an earlier host is at work any more. */
  async settle(): Promise<void> {
    await this.must('flock', ['--wait', seconds(lockMs), this.lock, 'true'], lockMs + shortMs);
  }

  /** Makes an empty file system in a file that is there, as big as the file. Nothing is written in vain: the file stays sparse. */
  async format(image: string): Promise<void> {
    const extended = 'lazy_itable_init=1,lazy_journal_init=1,root_owner=0:0';
    // No reserved blocks: the superuser inside a container is no better than others.
    const layout = ['-m', '0', '-b', '4096', '-I', '256', '-i', '16384', '-E', extended];
    await this.must('mkfs.ext4', ['-q', '-F', ...layout, image], shortMs);
  }

  /**
   * Brings the file system in order after a power cut or a kill; at once done if it was unmounted. Whether something had to
   * be repaired. Never on an image that is in use.
   */
  async check(image: string, { thorough = false } = {}): Promise<boolean> {
    const careful = await this.inPlace('e2fsck', ['-p', ...(thorough ? ['-f'] : []), image], longMs);
    if (careful.code === 0) return false;
    if (careful.code !== null && careful.code < 4) return true;
    // What can't be repaired without losing something: an administrator would say yes to everything, too.
    const forced = await this.inPlace('e2fsck', ['-f', '-y', image], longMs);
    if (forced.code !== null && forced.code < 4) return true;
    throw failure('e2fsck', forced);
  }

  /** The loop device that it takes goes by itself with the last mount. An image that still has one (in a container) gets the same one. */
  async mount(image: string, point: string): Promise<void> {
    // discard: what is deleted in the volume becomes free on the host.
    const options = 'loop,nosuid,nodev,discard';
    const end = await this.inPlace('mount', ['-t', 'ext4', '-o', options, image, point], shortMs);
    if (end.code !== 0) throw failure('mount', end);
  }

  /** Throws MountBusy. */
  async unmount(point: string): Promise<void> {
    const end = await this.inPlace('umount', [point], shortMs);
    if (end.code === 0) return;
    if (busyWords.test(end.output)) throw new MountBusy(end.output);
    throw failure('umount', end);
  }

  /** Tells the loop device that its file has another size now. */
  async fitLoop(loop: string): Promise<void> {
    const end = await this.inPlace('losetup', ['--set-capacity', loop], shortMs);
    if (end.code !== 0) throw failure('losetup', end);
  }

  /** Resizes the file system in an image that nobody uses or, `inUse`, on a loop device (growing alone). Room for it must be there. */
  async resize(imageOrLoop: string, sizeMb: number, { inUse = false } = {}): Promise<void> {
    const args = [imageOrLoop, `${sizeMb}M`];
    const end = inUse
      ? await this.inPlace('resize2fs', args, longMs)
      : await this.run('resize2fs', args, { timeoutMs: longMs });
    if (end.code !== 0) throw failure('resize2fs', end);
  }

  /** Bytes below which the file system can't be made smaller, by an estimate that is a little high. */
  async smallest(imageOrLoop: string): Promise<number> {
    const { output } = await this.must('resize2fs', ['-P', imageOrLoop], longMs);
    const blocks = /minimum size of the filesystem: (\d+)/.exec(output)?.[1];
    if (blocks === undefined) throw new LightdeckError('internal', `resize2fs said: ${output}`);
    return Number(blocks) * 4096;
  }

  /** A copy that takes no more of the disk than what is in it; where the disk's file system can, it takes nothing. */
  async copy(image: string, copy: string): Promise<void> {
    await this.must('cp', ['--sparse=always', '--reflink=auto', '--', image, copy], longMs);
  }

  private inPlace(program: string, args: string[], timeoutMs: number): Promise<ProgramEnd> {
    const lock = ['--shared', '--wait', seconds(lockMs), this.lock];
    return this.run('flock', [...lock, program, ...args], { timeoutMs: timeoutMs + lockMs });
  }

  private async must(program: string, args: string[], timeoutMs: number): Promise<ProgramEnd> {
    const end = await this.run(program, args, { timeoutMs });
    if (end.code !== 0) throw failure(program, end);
    return end;
  }
}

function seconds(ms: number): string {
  return String(ms / 1000);
}

function failure(program: string, { code, output }: ProgramEnd): LightdeckError {
  const last = output.split('\n').filter(Boolean).slice(-3).join('; ');
  if (/No space left on device/i.test(output))
    return new LightdeckError('out_of_space', `The host's disk is full: ${program}: ${last}`);
  return new LightdeckError('internal', `${program} failed (exit code ${code}): ${last}`);
}
