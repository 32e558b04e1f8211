import type { Command } from 'commander';
import { createByteBar } from '../kit/byte-bar';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';

interface DownloadOptions {
  readonly output: string;
  readonly link?: boolean;
  readonly expires?: number;
}

/** Adds `gantry release download`. */
export function registerDownload(release: Command): void {
  release
    .command('download')
    .description('Write the package of a release into a file, size and SHA-256 checked.')
    .argument('<id>', 'id of the release')
    .option('--output <path>', 'a file, or a folder that is there', '.')
    .option('--link', 'print a link that needs no token instead; whoever has it has the package')
    .option('--expires <seconds>', 'how long the link is good; an hour without', parseCount)
    .addHelpText(
      'after',
      `
Examples:
  $ gantry release download rel_1a2b --output june.dp
  $ gantry release download rel_1a2b --link --expires 600`,
    )
    .action((id: string, options: DownloadOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const ref = { tenant: await tenant(), release: id };
        if (options.link === true) {
          const expires =
            options.expires === undefined ? {} : { expiresInSeconds: options.expires };
          const link = await gantry.releases.link({ ...ref, ...expires });
          output.result({ link }, () => output.line(link));
          return;
        }
        const bar = createByteBar(output);
        try {
          const file = await gantry.releases.download({
            ...ref,
            target: options.output,
            onProgress: (progress) => bar.update(progress),
          });
          bar.stop();
          output.result({ file }, () => output.line(file));
        } finally {
          bar.stop();
        }
      }),
    );
}
