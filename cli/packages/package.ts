import type { Command } from 'commander';
import { registerDiff } from './diff';
import { registerInspect } from './inspect';
import { registerUnpack } from './unpack';
import { registerVerify } from './verify';

/** Adds `gantry package`: look into package files, without an installation (REL-29, RUN-15). */
export function registerPackage(program: Command): void {
  const command = program
    .command('package')
    .description('Package files: inspect, verify, diff, unpack. Needs neither stack nor token.');
  registerInspect(command);
  registerVerify(command);
  registerDiff(command);
  registerUnpack(command);
}
