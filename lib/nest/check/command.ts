#!/usr/bin/env node
import 'reflect-metadata';
import { inspect } from 'node:util';
import { USAGE } from './check-arguments.js';
import { checkCommand } from './check-command.js';
import { ownVersion } from './own-version.js';
import { WrongUse } from './wrong-use.js';

/*
 * The command `nestjs-sqlmodel-ext`. Standard output has the report and nothing else: what the application prints while
 * it is made goes to standard error. Its timers and connections are not waited for.
 */

interface Outcome {
  readonly exitCode: number;
  readonly output: string;
}

const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

// What fails in the background of an application, such as a connection, does not end its check.
for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) => {
    complain(`meanwhile, in the application: ${inspect(error)}`);
  });
}

// Nor does a terminal that reads no further: `… | head`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

let isFinished = false;
process.on('exit', () => {
  if (isFinished) return;
  complain('the application has ended the process while it was made.');
  process.exitCode = 2;
});

const { exitCode, output } = await run(process.argv.slice(2));
await new Promise<void>((resolve) => {
  print(output, () => {
    resolve();
  });
});
isFinished = true;
process.exit(exitCode);

async function run([command, ...args]: readonly string[]): Promise<Outcome> {
  try {
    if (command === '--version') return { exitCode: 0, output: `${ownVersion()}\n` };
    if (command === '--help' || args.includes('--help')) return { exitCode: 0, output: USAGE };
    if (command === 'check') return await checkCommand(args);
    throw new WrongUse(command === undefined ? 'say what to do: check.' : `there is no command '${command}'.`);
  } catch (error) {
    complain(explain(error));
    return { exitCode: 2, output: '' };
  }
}

function explain(error: unknown): string {
  if (!(error instanceof WrongUse)) return inspect(error);
  return error.cause === undefined ? error.message : `${error.message}\n${inspect(error.cause)}`;
}

function complain(text: string): void {
  process.stderr.write(`nestjs-sqlmodel-ext: ${text}\n`);
}
