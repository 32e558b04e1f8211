import { join } from 'node:path';
import { z } from 'zod';
import { packageRoot } from './package-root';

/** A program that runs on the servers of a stack. */
export const StackCommand = z.object({
  name: z.string(),
  command: z.string(),
  args: z.array(z.string()),
  /** Added to the environment of the stack. */
  env: z.record(z.string(), z.string()).optional(),
});
export type StackCommand = z.infer<typeof StackCommand>;

/**
 * What runs on the servers: `prepare`, each to its end at every start, then `workers`, which are
 * kept alive and say that they are ready by `process.send('ready')`.
 */
export const StackPlan = z.object({
  prepare: z.array(StackCommand),
  workers: z.array(StackCommand),
});
export type StackPlan = z.infer<typeof StackPlan>;

/**
 * How a worker is kept small, measured with bench/export: a small young generation, so that buffers
 * are let go of soon, and a C heap that gives them back. The less an old generation may grow at all,
 * the less garbage the engine lets it gather; it is collected whenever it has grown by a tenth, which
 * keeps 10 to 20 MiB away and costs no time that could be measured. Source maps alone take 11 MiB. So
 * small a heap is collected by one thread: four of them took as much processor time as all deflating.
 */
const workerFlags = [
  '--max-semi-space-size=1',
  '--max-old-space-size=512',
  '--heap-growing-percent=10',
  '--single-threaded-gc',
];
const workerEnvironment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '65536',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/** Gantry's own plan: migrations and the like, then this many worker processes. */
export function buildStackPlan(workerCount: number): StackPlan {
  const program = (name: string) => join(packageRoot, 'dist/workers', name);
  return {
    prepare: [
      {
        name: 'prepare',
        command: process.execPath,
        args: ['--enable-source-maps', program('prepare.js')],
      },
    ],
    workers: Array.from({ length: workerCount }, (_, place) => ({
      name: `worker-${place + 1}`,
      command: process.execPath,
      args: [...workerFlags, program('main.js')],
      env: workerEnvironment,
    })),
  };
}
