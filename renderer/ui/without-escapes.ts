/** Control sequences of terminals: colours, cursor moves, window titles. */
const escapes = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])/g;

/** A console's text as the host matches patterns against it (S10). */
export const withoutEscapes = (text: string): string => text.replace(escapes, '');
