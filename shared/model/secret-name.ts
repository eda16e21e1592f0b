/** Anywhere in a name, also without a gap: `RCONPASSWORD`. */
const anywhere = /password|passwd|passphrase|secret|token|apikey|credential/i;
/** As a word of a name: not the end of `MONKEY`. */
const asWord = /^(key|keys|pass|pw|pwd|auth|pat|private)$/i;

/** Whether a variable of this name most likely holds what not everybody at the screen should read. */
export function isSecretName(name: string): boolean {
  if (anywhere.test(name)) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z]+/);
  return words.some((word) => asWord.test(word));
}
