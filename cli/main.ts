#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodes } from './kit/exit-codes';
import { reportError } from './kit/report-error';
import { createProgram } from './program';

async function main(): Promise<void> {
  const program = createProgram();
  program.exitOverride();
  for (const command of program.commands) command.exitOverride();
  try {
    await program.parseAsync(process.argv);
  } catch (error) {
    process.exitCode =
      error instanceof CommanderError
        ? error.exitCode === 0
          ? exitCodes.done
          : exitCodes.wrongCall
        : reportError(error, { json: process.argv.includes('--json') });
  }
}

void main();
