import type { Command } from 'commander';
import { registerCreate } from './create';
import { registerDownload } from './download';
import { registerExport } from './export';
import { registerList } from './list';
import { registerPreview } from './preview';
import { registerUpdate } from './update';

/** Adds `gantry release`: drafts, previews, lists and downloads (RUN-15, REL-6 to REL-10, REL-22). */
export function registerRelease(program: Command): void {
  const release = program
    .command('release')
    .description('Release packages: from draft over preview and export to download.');
  registerCreate(release);
  registerUpdate(release);
  registerPreview(release);
  registerExport(release);
  registerList(release);
  registerDownload(release);
}
