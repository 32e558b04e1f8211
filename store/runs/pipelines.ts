import { importPipeline, undoPipeline } from '../imports/import-pipeline';
import { publishPipeline } from '../publishing/publish-pipeline';
import { exportPipeline } from '../releases/export-pipeline';
import type { Pipeline } from './pipeline';

const pipelines: readonly Pipeline[] = [
  exportPipeline,
  importPipeline,
  undoPipeline,
  publishPipeline,
];

/** The pipeline of a run, by the name in its record. */
export function pipelineOf(run: { readonly pipeline: string }): Pipeline {
  const found = pipelines.find((pipeline) => pipeline.name === run.pipeline);
  if (found === undefined) throw new Error(`no pipeline is called ${run.pipeline}`);
  return found;
}
