import { LightdeckError } from '../../shared/errors.ts';
import { traversal } from '../files/user-path.ts';
import { BadPacket, packet, replyType, string, u32 } from './wire.ts';

export const statusCode = {
  ok: 0,
  endOfFile: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  badMessage: 5,
  unsupported: 8,
} as const;
export type StatusCode = (typeof statusCode)[keyof typeof statusCode];

/** A refusal that has a status of its own in SFTP. */
export class Refusal extends Error {
  readonly status: StatusCode;

  constructor(status: StatusCode, message: string) {
    super(message);
    this.status = status;
  }
}

export function statusPacket(id: number, status: StatusCode, message = ''): Buffer {
  return packet(replyType.status, u32(id), u32(status), string(message), string(''));
}

/** Status and message for anything thrown. Null for what is no refusal that we know: the caller logs it, and it isn't shown. */
export function refusalOf(thrown: unknown): Refusal | null {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof BadPacket) return new Refusal(statusCode.badMessage, thrown.message);
  return thrown instanceof LightdeckError ? new Refusal(statusOf(thrown), thrown.message) : null;
}

function statusOf(error: LightdeckError): StatusCode {
  switch (error.code) {
    case 'not_found':
      return statusCode.noSuchFile;
    case 'not_permitted':
      return statusCode.permissionDenied;
    case 'invalid':
      // A9's one sentence tells what leads out from what is merely wrong, like a file in the place of a folder.
      return error.message === traversal().message ? statusCode.permissionDenied : statusCode.failure;
    default:
      return statusCode.failure;
  }
}
