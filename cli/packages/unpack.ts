import path from 'node:path';
import type { Command } from 'commander';
import { unpackPackageFile } from '../../client';
import { createByteBar } from '../kit/byte-bar';
import { interruptible } from '../kit/interruptible';
import { createOutput } from '../kit/output';
import type { GlobalOptions } from '../kit/session';
import { printFindings } from './print-package';
import { readPublicKeyFile } from '../kit/read-public-key';
import { credentialHelp, publicKeyHelp, resolveCredential } from './resolve-credential';

interface UnpackCommandOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly credentialFile?: string;
  readonly publicKey?: string[];
}

/** Adds `gantry package unpack`. */
export function registerUnpack(parent: Command): void {
  parent
    .command('unpack')
    .description('Check a package file and unpack it into a folder, whole or not at all.')
    .argument('<file>', 'a package file (.dp)')
    .requiredOption('--output <folder>', 'a folder that is new or empty')
    .option('--force', 'replace a folder that is not empty')
    .option('--credential-file <path>', credentialHelp)
    .option('--public-key <file...>', publicKeyHelp)
    .addHelpText(
      'after',
      `
Exit status: 0 unpacked, 5 refused with findings, 2 where the file cannot be read or the folder is taken.

Example:
  $ gantry package unpack june.dp --output june --credential-file credential.txt`,
    )
    .action((file: string, options: UnpackCommandOptions, command: Command) =>
      interruptible(async (signal) => {
        const output = createOutput({
          json: command.optsWithGlobals<GlobalOptions>().json === true,
        });
        const credential = await resolveCredential(options.credentialFile);
        const publicKeys = await Promise.all((options.publicKey ?? []).map(readPublicKeyFile));
        const bar = createByteBar(output);
        try {
          const verdict = await unpackPackageFile({
            file,
            credential,
            publicKeys,
            signal,
            folder: options.output,
            force: options.force,
            onProgress: bar.update,
          });
          bar.stop();
          const folder = path.resolve(options.output);
          output.result({ folder, ...verdict }, () => {
            printFindings(output, verdict.findings);
            output.line(folder);
          });
        } finally {
          bar.stop();
        }
      }),
    );
}
