import { SetupError } from './output.mjs';

/** Refuses a Node that is too old before anything else can fail in less clear words. */
export function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new SetupError(
    `Lightdeck needs Node 20.19 or newer; this is Node ${process.versions.node}. Get a current one from https://nodejs.org or your package manager and try again.`,
  );
}
