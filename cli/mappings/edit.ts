import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { isPipelineError, type MappingSaved } from '../../client';
import { describeFinding } from '../kit/report-error';
import { withSession, type Session } from '../kit/session';
import { annotateFaults, parseMappingText, renderMappingText, stripFaults } from './mapping-text';
import { printSaved } from './print-mapping';
import { readLatest } from './read-latest';
import { runEditor } from './run-editor';

/** Adds `gantry mapping edit` (RUN-25). */
export function registerEdit(mapping: Command): void {
  mapping
    .command('edit')
    .description('Change the rules in your editor (VISUAL, EDITOR); faults are shown in the file.')
    .requiredOption('--source <code>', 'tenant that packages come from')
    .addHelpText(
      'after',
      '\nExample:\n  $ VISUAL="code --wait" gantry mapping edit --source retail-dev',
    )
    .action(({ source }: { readonly source: string }, command: Command) =>
      withSession(command, async (session) => {
        const folder = await mkdtemp(join(tmpdir(), 'gantry-mapping-'));
        const file = join(folder, `${encodeURIComponent(source)}.jsonc`);
        try {
          const saved = await editRules(session, source, file);
          if (saved === undefined)
            session.output.result({ changed: false }, () =>
              session.output.line('Nothing changed.'),
            );
          else printSaved(session.output, saved);
          await rm(folder, { recursive: true });
        } catch (error) {
          session.output.note(`What you wrote is in ${file}`);
          throw error;
        }
      }),
    );
}

/** Until the rules are good, or were left as they are: undefined where nothing was edited. */
async function editRules(
  session: Session,
  source: string,
  file: string,
): Promise<MappingSaved | undefined> {
  const tenant = await session.tenant();
  const { version, rules } = await readLatest(session.gantry, { tenant, source });
  const first = renderMappingText({ tenant, source, version, rules });
  let shown = first;
  for (;;) {
    await writeFile(file, shown, { mode: 0o600 });
    await runEditor(file);
    const text = stripFaults(await readFile(file, 'utf8'));
    if (text === first) return undefined;
    try {
      const { rules: edited } = parseMappingText(text);
      return await session.gantry.mappings.save({
        ...{ tenant, source, rules: edited },
        expectedVersion: version,
      });
    } catch (error) {
      // Who leaves faulty rules as they are gives up.
      if (!isPipelineError(error, 'InvalidInput') || text === stripFaults(shown)) throw error;
      for (const finding of error.findings) session.output.note(describeFinding(finding));
      shown = annotateFaults(text, error.findings);
    }
  }
}
