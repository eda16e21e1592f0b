import { LightdeckError } from '../../../shared/errors.ts';

/** Throws that a description of a container can't be taken, and why. */
export function refuseText(reason: string): never {
  throw new LightdeckError('invalid', `This can't be made a server: ${reason}`);
}
