import type { Command } from 'commander';
import type { Gantry, ObjectReason, ReleasePageRef, ReleasePreview } from '../../client';
import type { Output } from '../kit/output';
import { parseCount } from '../kit/parse-count';
import { describeFinding } from '../kit/report-error';
import { withSession } from '../kit/session';

interface PreviewOptions {
  readonly objects?: boolean;
  readonly leftOut?: boolean;
  readonly deletions?: boolean;
  readonly requirements?: boolean;
  readonly pageSize: number;
  readonly cursor?: string;
}

/** Adds `gantry release preview`. */
export function registerPreview(release: Command): void {
  release
    .command('preview')
    .description('Show what a release would carry, what is left out and what it lacks.')
    .argument('<id>', 'id of the release')
    .option('--objects', 'the objects, each with the reason why it is in')
    .option('--left-out', 'objects that changed inside the range but last changed outside')
    .option('--deletions', 'objects of the base package that are deleted since')
    .option('--requirements', 'what the selection refers to and lacks')
    .option('--page-size <count>', 'at most so many lines, up to 1,000', parseCount, 100)
    .option('--cursor <text>', 'go on where the page before ended')
    .addHelpText(
      'after',
      `
Examples:
  $ gantry release preview rel_1a2b
  $ gantry release preview rel_1a2b --objects --page-size 20`,
    )
    .action((id: string, options: PreviewOptions, command: Command) =>
      withSession(command, async ({ gantry, output, tenant }) => {
        const page = {
          ...{ tenant: await tenant(), release: id, limit: options.pageSize },
          ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
        };
        if (options.objects === true) return showObjects(gantry, output, page);
        if (options.leftOut === true) return showLeftOut(gantry, output, page);
        if (options.deletions === true) return showDeletions(gantry, output, page);
        if (options.requirements === true) return showRequirements(gantry, output, page);
        const preview = await gantry.releases.preview({ tenant: page.tenant, release: id });
        output.result(preview, () => showSummary(output, preview));
      }),
    );
}

async function showObjects(gantry: Gantry, output: Output, ref: ReleasePageRef): Promise<void> {
  const page = await gantry.releases.previewObjects(ref);
  output.result(page, () => {
    output.table(
      ['type', 'project', 'code', 'name', 'why'],
      page.items.map((one) => [one.type, one.project, one.code, one.name, describe(one.reason)]),
    );
    more(output, page.next);
  });
}

async function showLeftOut(gantry: Gantry, output: Output, ref: ReleasePageRef): Promise<void> {
  const page = await gantry.releases.previewLeftOut(ref);
  output.result(page, () => {
    output.table(
      ['type', 'project', 'code', 'changed inside', 'last change'],
      page.items.map((one) => [
        ...[one.type, one.project, one.code],
        ...[one.changedInside.toISOString(), one.lastChange.toISOString()],
      ]),
    );
    more(output, page.next);
  });
}

async function showDeletions(gantry: Gantry, output: Output, ref: ReleasePageRef): Promise<void> {
  const page = await gantry.releases.previewDeletions(ref);
  output.result(page, () => {
    output.table(
      ['type', 'project', 'code', 'deleted', 'by'],
      page.items.map((one) => [one.type, one.project, one.code, one.changedAt, one.changedBy]),
    );
    more(output, page.next);
  });
}

async function showRequirements(
  gantry: Gantry,
  output: Output,
  ref: ReleasePageRef,
): Promise<void> {
  const page = await gantry.releases.previewRequirements(ref);
  output.result(page, () => {
    output.table(
      ['type', 'project', 'code', 'status', 'roles', 'references', 'for example from'],
      page.items.map((one) => [
        ...[one.type ?? '(any)', one.project, one.code, one.status],
        ...[one.roles.join(', '), one.referenceCount],
        `${one.example.type} ${one.example.code}`,
      ]),
    );
    more(output, page.next);
  });
}

function showSummary(output: Output, preview: ReleasePreview): void {
  const { requirements } = preview;
  output.line(`${preview.name} (${preview.id}, ${preview.state})`);
  output.line(`method       ${preview.scope.method}`);
  output.line(
    `objects      ${preview.objectCount}, ${preview.byteCount} bytes` +
      (preview.frozenDigest === null ? '' : `, frozen as ${preview.frozenDigest}`),
  );
  if (preview.difference !== null) {
    const { new: added, changed, deleted } = preview.difference;
    output.line(`since base   ${added} new, ${changed} changed, ${deleted} deleted`);
  }
  output.line(`left out     ${preview.leftOutCount} changed in the range, but last outside it`);
  output.line(
    `lacking      ${requirements.notPacked} not in this package, ${requirements.dangling} missing here too`,
  );
  for (const one of preview.byHand) output.line(`by hand      ${one.count} ${one.kind}`);
  output.line();
  output.table(
    ['category', 'type', 'objects', 'bytes'],
    preview.counts.map((one) => [one.category, one.type, one.objects, one.bytes]),
  );
  for (const finding of preview.findings) output.note(describeFinding(finding));
}

function describe(reason: ObjectReason): string {
  switch (reason.kind) {
    case 'full':
      return 'full';
    case 'listed':
    case 'new since base':
    case 'changed since base':
      return reason.kind;
    case 'changed in range':
      return `changed ${reason.changedAt.toISOString()}`;
    case 'dependency':
      return reason.of === null
        ? 'dependency'
        : `dependency of ${reason.of.type} ${reason.of.code}`;
  }
}

function more(output: Output, next: string | null): void {
  if (next !== null) output.note(`more: --cursor ${next}`);
}
