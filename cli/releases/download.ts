import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { parseCount } from '../kit/parse-count';
import { withSession } from '../kit/session';
import type { Output } from '../kit/output';
import type { DownloadProgress } from '../../client';

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
        const bar = createBar(output);
        try {
          const file = await gantry.releases.download({
            ...ref,
            target: options.output,
            onProgress: bar.update,
          });
          bar.stop();
          output.result({ file }, () => output.line(file));
        } finally {
          bar.stop();
        }
      }),
    );
}

function createBar(output: Output): { update(progress: DownloadProgress): void; stop(): void } {
  const bar = new SingleBar({
    format: '{bar} {percentage} %',
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update({ done, total }) {
      if (!output.interactive) return;
      if (!started) bar.start(total, 0);
      started = true;
      bar.update(done);
    },
    stop() {
      if (started) bar.stop();
      started = false;
    },
  };
}
