/** A failure that a person can mend: it is printed without a stack trace. */
export class BootstrapFailure extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string[]} waysOut what a person can do about it
   */
  constructor(message, waysOut) {
    super(message);
    this.waysOut = waysOut;
  }
}

/**
 * Prints why the command ended and sets the exit code.
 * @param {unknown} error
 */
export function reportFailure(error) {
  if (error instanceof BootstrapFailure) {
    const ways = error.waysOut.map((way) => `  - ${way}`).join('\n');
    process.stderr.write(
      `gantry: ${error.message}\n${ways === '' ? '' : `What helps:\n${ways}\n`}`,
    );
  } else {
    process.stderr.write(`gantry: ${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env.GANTRY_DEBUG && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
  }
  process.exitCode = 1;
}
