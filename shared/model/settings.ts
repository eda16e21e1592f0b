import { z } from 'zod';

/** A15: values of `config.json` as both the file and a request are checked. 0 lets the system choose a free port. */
export const listenPortSchema = z.number().int().min(0).max(65_535);
/** What to listen on: an address of the machine, or a name of one. */
export const listenHostSchema = z.string().min(1, 'must not be empty');
/** Money for a GiB or a core and hour, or for a GiB sent. */
export const priceSchema = z.number().nonnegative();
/** Milliseconds between two readings of a server's use. */
export const intervalSchema = z.number().int().min(1000).max(86_400_000);
/** A folder of the host under which own mounts are allowed (A8). */
export const allowedMountSchema = z.string().min(1, 'must not be empty');

/** For how many days what is deleted can be had back; 0: not at all. */
export const trashDaysSchema = z.number().int().min(0).max(365);
/** MiB a second; 0: no bound. */
export const readRateSchema = z.number().int().min(0).max(10_000);
