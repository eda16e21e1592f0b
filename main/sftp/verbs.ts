import { changeVerbs } from './change-verbs.ts';
import { extensionVerb } from './extensions.ts';
import { fileVerbs } from './file-verbs.ts';
import { folderVerbs } from './folder-verbs.ts';
import type { Verb } from './verb.ts';
import { requestType } from './wire.ts';

/** By the type of the request. What isn't here is answered as unsupported. */
export const verbs: ReadonlyMap<number, Verb> = new Map<number, Verb>([
  ...fileVerbs,
  ...folderVerbs,
  ...changeVerbs,
  [requestType.extended, extensionVerb],
]);
