import { ConfigurationError } from '../errors/index.js';

/** What is wrong with a retry of events that have gone out. */
export function retriedStream(where: string): ConfigurationError {
  return new ConfigurationError(
    `${where}: events of an @Sse() handler have gone out when its transaction fails, and cannot be taken back. Put @RetryOnConflict on the methods that the stream calls.`,
  );
}
