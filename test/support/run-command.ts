import { runCli } from '../../cli/run-cli';

/** What a command line wrote and its exit status. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `gantry` with these arguments and this environment, in this process. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const outer = { ...process.env };
  const written = { stdout: '', stderr: '' };
  const restore = [capture('stdout', written), capture('stderr', written)];
  const names = Object.keys(process.env).filter((name) => name.startsWith('GANTRY_'));
  for (const name of names) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, environment);
  try {
    return { status: await runCli(args), ...written };
  } finally {
    for (const undo of restore) undo();
    for (const name of Object.keys(environment)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, outer);
    process.exitCode = undefined;
  }
}

function capture(stream: 'stdout' | 'stderr', written: Record<string, string>): () => void {
  const target = process[stream];
  const write = target.write.bind(target);
  target.write = (chunk: string | Uint8Array) => {
    written[stream] = (written[stream] ?? '') + Buffer.from(chunk as string).toString('utf8');
    return true;
  };
  return () => {
    target.write = write;
  };
}
