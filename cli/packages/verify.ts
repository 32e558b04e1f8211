import type { Command } from 'commander';
import { verifyPackageFile } from '../../client';
import { createByteBar } from '../kit/byte-bar';
import { interruptible } from '../kit/interruptible';
import { createOutput } from '../kit/output';
import type { GlobalOptions } from '../kit/session';
import { concludePackage, printFindings, printPackage } from './print-package';
import { readPublicKeyFile } from '../kit/read-public-key';
import { credentialHelp, publicKeyHelp, resolveCredential } from './resolve-credential';

interface VerifyCommandOptions {
  readonly credentialFile?: string;
  readonly publicKey?: string[];
}

/** Adds `gantry package verify`. */
export function registerVerify(parent: Command): void {
  parent
    .command('verify')
    .description('Check a package file from first to last byte, its seal and its signature.')
    .argument('<file>', 'a package file (.dp)')
    .option('--credential-file <path>', credentialHelp)
    .option('--public-key <file...>', publicKeyHelp)
    .addHelpText(
      'after',
      `
Exit status: 0 without a finding of severity error, 5 with one, 2 where the file cannot be read.

Examples:
  $ gantry package verify june.dp --credential-file credential.txt
  $ pass show release | gantry package verify june.dp --credential-file -
  $ gantry package verify june.dp --public-key retail.key.json`,
    )
    .action((file: string, options: VerifyCommandOptions, command: Command) =>
      interruptible(async (signal) => {
        const output = createOutput({
          json: command.optsWithGlobals<GlobalOptions>().json === true,
        });
        const credential = await resolveCredential(options.credentialFile);
        const publicKeys = await Promise.all((options.publicKey ?? []).map(readPublicKeyFile));
        const bar = createByteBar(output);
        try {
          const verdict = await verifyPackageFile({
            file,
            credential,
            publicKeys,
            signal,
            onProgress: bar.update,
          });
          bar.stop();
          output.result(verdict, () => {
            printPackage(output, verdict);
            printFindings(output, verdict.findings);
            output.line(verdict.ok ? 'The package is whole.' : 'The package is not to be trusted.');
          });
          concludePackage(verdict.findings);
        } finally {
          bar.stop();
        }
      }),
    );
}
