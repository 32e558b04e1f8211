import type { ServerBinaries } from '../server-binaries';
import type { StackCredentials } from '../stack-credentials';
import type { StackPaths } from '../stack-paths';
import type { StackPorts } from '../stack-ports';

/** What the plan of each server is made from. */
export interface ServerContext {
  readonly paths: StackPaths;
  readonly ports: StackPorts;
  readonly credentials: StackCredentials;
  readonly binaries: ServerBinaries;
}
