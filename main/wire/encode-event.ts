import type { HostEvent, ServerEvent } from '../../shared/protocol/server-events.ts';
import { textFrame } from './ws-frame.ts';

/** An event as the bytes of a whole frame. For what goes to many clients see `encodeSharedEvent`. */
export function encodeEvent(event: ServerEvent | HostEvent): Buffer {
  return textFrame(JSON.stringify(event));
}
