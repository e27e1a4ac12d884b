import type { DatabaseName } from '../support/database-name.js';

/** An engine as the runner found it: a database, or Redis. */
export interface Engine {
  readonly name: DatabaseName | 'redis';
  /** What the engine says of itself; undefined when it does not run. */
  readonly version?: string;
  /** Where it runs, or why it does not. */
  readonly note: string;
  /** Whether it stands in for the real engine, with less than the real one can do. */
  readonly isStandIn?: boolean;
  /** What the suites read to reach it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends what the runner started for it. */
  readonly stop: () => Promise<void>;
}

/** A server that the runner started in a temporary folder. */
export interface PrivateServer {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** The user that a server runs as where the runner is root: database servers refuse to be root. */
export interface ServiceAccount {
  readonly uid: number;
  readonly gid: number;
}
