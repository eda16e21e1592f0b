// What the set-up tells the user goes to standard error: standard output belongs to the program that is started.

/** One line about what happens now or what to do. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

/** Ends the script with a message that a user can act on, without a stack. */
export class SetupError extends Error {
  constructor(message) {
    super(message);
    this.name = 'SetupError';
  }
}

/** Runs a script's main function; its number is the exit code, a SetupError becomes its message and exit code 1. */
export async function runMain(main) {
  let code = 1;
  try {
    code = (await main()) ?? 0;
  } catch (error) {
    say(error instanceof SetupError ? error.message : (error?.stack ?? String(error)));
  }
  process.exitCode = code;
  // Last of all: a library that was loaded on the way (the packager) ends the process with its own code.
  process.on('exit', () => {
    process.exitCode = code;
  });
}
