#!/usr/bin/env node
import { runCli } from './run-cli';

async function main(): Promise<void> {
  process.stdout.on('error', endWithReader);
  process.exitCode = await runCli(process.argv.slice(2));
}

/** A reader that has seen enough, such as `head`, ends the command and is no failure. */
function endWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

void main();
