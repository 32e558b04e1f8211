import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Runs a plain script in a process of its own; `input` goes to its stdin, its figures are given back. */
export async function runScript(script, { args, input }) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin.end(input);
  const said = await text(child.stdout);
  if ((await ended) !== 0) throw new Error('the plain script failed');
  return JSON.parse(said);
}
