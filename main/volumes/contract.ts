import type { UnknownVolume } from '../../shared/http/unknown.ts';
import type { VolumeQuota } from '../../shared/http/volumes.ts';
import type { Room } from '../files/contract.ts';
import type { StoredVolume } from '../store/contract.ts';

/** Bytes in use, and bytes that can still be written: bounded by the volume's size and by the host's disk below it. */
export interface VolumeUsage {
  used: number;
  available: number;
}

/** The volumes: the servers' files, each with a size that is kept (A10). Unknown ids throw LightdeckError `not_found`. */
export interface Volumes {
  /**
   * Makes an empty volume: an ext4 image where that works, else a plain folder. Throws `out_of_space` (the host's disk),
   * `invalid` (no file can be that large) or `internal`; then nothing is left. `id`: a fresh UUID, for who must know it before.
   */
  create(options: { quotaMb: number; id?: string }): Promise<StoredVolume>;
  /** Those that can be used: not one that is being made or deleted. */
  get(id: string): StoredVolume | null;
  list(): StoredVolume[];
  quota(id: string): Promise<VolumeQuota>;
  /**
   * Larger at any time, if the system allows it (else `conflict` while a server runs on it); smaller only while none
   * runs. Throws `invalid` below what is in it, `busy` while something else is done with it, `out_of_space`.
   */
  resize(id: string, sizeMb: number): Promise<void>;
  /** Throws `conflict` while a server has it or something in it is open; then it is as before. */
  remove(id: string): Promise<void>;
  /** How much our own writes may add (A10). The room throws `busy` while the volume is not mounted. */
  room(id: string): Room;
  /** Throws `busy` when the folder that was found at the volume's path (null: none) is not on the image's device: it is not mounted just now. */
  accept(id: string, device: bigint | null): void;
  /** How full it is; null if that can't be known now. */
  usage(id: string): Promise<VolumeUsage | null>;
  /**
   * A15: bytes that it takes as found last, at once; null if that isn't known (yet), or there is no such volume. What is due to
   * be measured again is measured in the background, slowly.
   */
  used(id: string): number | null;
  /** Resolves when a container may be started on it: what it would find at the path is the volume. Mounts it if need be; throws a LightdeckError that says why it can't. */
  ready(id: string): Promise<void>;
  /** Mounted, and with nothing else done to it until `work` has ended: no server starts on it either. Throws `busy`, and as `ready`. */
  occupy<T>(id: string, work: () => Promise<T>): Promise<T>;
}

/** As the daemon sees it. */
export interface VolumeManager extends Volumes {
  /** Those that lie in the volumes' folder and aren't on record. */
  unknown(): Promise<UnknownVolume[]>;
  /**
   * Puts one of them on record, and mounts it. `known` is what is still known of it; without that an image keeps its size, and a
   * folder gets what is in it and a GiB. Throws LightdeckError `not_found`.
   */
  adopt(volume: { id: string; known: { quota_mb: number; created_at: number } | null }): Promise<void>;
  /** A26: puts a folder on record that was there before, and is used where it lies. The caller has checked it. Throws what the store throws. */
  place(folder: { path: string; quotaMb: number }): StoredVolume;
  /** Once, before any server: ends what was begun, and mounts. What can't be mounted is logged, and its servers don't start. */
  open(): Promise<void>;
  /** Tries again to delete what could not be deleted so far: there is an engine now to help with it (A19). Never rejects. */
  retryDeletes(): Promise<void>;
  /** Unmounts what no server uses. What is under way goes on by itself, or is put right by the next `open`. */
  close(): Promise<void>;
}
