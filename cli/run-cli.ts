import { CommanderError } from 'commander';
import { exitCodes } from './kit/exit-codes';
import { reportError } from './kit/report-error';
import { createProgram } from './program';

/** Runs one command line, such as `['tenant', 'list']`, and gives the exit status (RUN-15). */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    await createProgram().parseAsync([...args], { from: 'user' });
    return Number(process.exitCode ?? exitCodes.done);
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.wrongCall;
    }
    return reportError(error, { json: args.includes('--json') });
  }
}
