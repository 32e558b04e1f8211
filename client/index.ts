export { connectGantry, type Gantry, type GantryOptions } from './gantry';
export { PipelineError, isPipelineError } from '../schemas/pipeline-error';
export type { FailureCode } from '../schemas/failures';
export type { Finding } from '../schemas/runs/finding';
