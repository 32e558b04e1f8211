import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { incomingPrefix } from '../../schemas/ids';
import { ImportOptions } from '../../schemas/imports/import-options';
import type { ImportOrder, UndoOrder } from '../../schemas/imports/import-order';
import { PipelineError } from '../../schemas/pipeline-error';
import type { ImportPackageInput, UndoImportInput } from '../../schemas/workflows';
import { auditedChange } from '../../store/audit/audited';
import { importPipeline, undoPipeline } from '../../store/imports/import-pipeline';
import {
  importIdOf,
  recordImport,
  recordUndo,
  type RecordedImport,
} from '../../store/imports/record-import';
import { refuseSecondImport } from '../../store/imports/refuse-second-import';
import { findTenant } from '../../store/tenants/find-tenant';
import type { ClientContext } from '../context';
import { runInput, startRun } from '../runs/start-run';
import { measurePackage, uploadPackage, type UploadProgress } from './upload-package';

/** An import that has been started. */
export interface StartedImport {
  /** Its id, `imp_…`. */
  readonly import: string;
  /** The run that does it; follow it with `gantry.runs`. */
  readonly run: string;
}

/** Told how far the upload is, and what ends it early. */
export interface Uploading {
  readonly onProgress?: ((progress: UploadProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Takes a package to the object store, records its import and starts the run, all idempotent (RUN-13). */
export async function startImport(
  context: ClientContext,
  { tenant: code, file, object, requestId, overrides, ...options }: ImportOrder,
  { until, uploading }: { readonly until: ImportPackageInput['until']; uploading: Uploading },
): Promise<StartedImport> {
  const { database, settings } = context;
  const caller = await context.caller();
  const tenant = await findTenant(database, code);
  await context.temporal();
  const fileName = basename(file ?? object ?? '');
  if (!fileName.endsWith('.dp')) throw new PipelineError('PackageNameWrong', { file: fileName });

  const local = file === undefined ? undefined : await measurePackage(file, uploading.signal);
  const request = requestId ?? (until === 'register' ? 'first' : randomUUID());
  const requestKey = `${until}/${local?.sha256 ?? object ?? ''}/${request}`;
  const importId = importIdOf(tenant.id, requestKey);
  const objectKey = object ?? `${incomingPrefix(importId)}package.dp`;
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.import',
    object: importId,
  } as const;

  if (local !== undefined) {
    // Refused before the file travels; asked again with the record, as others may have come first.
    await auditedChange(database, { ...attempt, details: { upload: fileName } }, async (trx) => {
      if (until === 'register')
        await refuseSecondImport(trx, { tenantId: tenant.id, except: importId });
    });
    await uploadPackage(settings.objectStore, local, { key: objectKey, ...uploading });
  }
  const recorded = await auditedChange(
    database,
    { ...attempt, details: { until, overrides } },
    (trx) =>
      recordImport(trx, {
        tenantId: tenant.id,
        caller,
        until,
        fileName,
        objectKey,
        requestKey,
        options,
      }),
  );
  const input: ImportPackageInput = { ...runInput(context, code, overrides), importId, until };
  await startRun(context, {
    runId: recorded.runId,
    workflow: 'importPackage',
    pipeline: importPipeline.name,
    summary: `${verbs[until]} of ${fileName} into ${code}`,
    input,
  });
  return toStarted(recorded);
}

/** Records the undo of an import and starts its run. */
export async function startUndo(
  context: ClientContext,
  { tenant: code, import: undoes }: UndoOrder,
): Promise<StartedImport> {
  const caller = await context.caller();
  const tenant = await findTenant(context.database, code);
  await context.temporal();
  const order = {
    ...{ tenantId: tenant.id, caller, undoes },
    options: ImportOptions.parse({}),
  };
  const attempt = {
    caller,
    tenantId: tenant.id,
    action: 'release.import',
    object: undoes,
  } as const;
  const recorded = await auditedChange(
    context.database,
    { ...attempt, details: { undo: true } },
    (trx) => recordUndo(trx, order),
  );
  const input: UndoImportInput = { ...runInput(context, code), importId: recorded.importId };
  await startRun(context, {
    runId: recorded.runId,
    workflow: 'undoImport',
    pipeline: undoPipeline.name,
    summary: `Undo of import ${undoes} of ${code}`,
    input,
  });
  return toStarted(recorded);
}

const verbs = { verify: 'Check', plan: 'Plan of the import', register: 'Import' } as const;

function toStarted({ importId, runId }: RecordedImport): StartedImport {
  return { import: importId, run: runId };
}
