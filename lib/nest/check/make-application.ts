import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { CheckArguments } from './check-arguments.js';
import { onlyBuildMetadata } from './check-data-sources.js';
import { httpAdapter } from './http-adapter.js';
import { importRootModule } from './import-root-module.js';
import { whileChecking } from './is-checking.js';
import { WrongUse } from './wrong-use.js';

/**
 * Makes everything that an application is made of, and goes no further: no lifecycle hook runs, nothing listens.
 *
 * @throws WrongUse when it cannot be made, or not in time
 */
export function makeApplication(options: CheckArguments): Promise<INestApplicationContext> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void => {
      reject(cause instanceof WrongUse ? cause : new WrongUse(cannotBeMade(options), { cause }));
    };
    // The timer keeps the process alive as well, where nothing that the application waits for does.
    const timer = setTimeout(() => {
      reject(new WrongUse(takesTooLong(options)));
    }, options.timeout);
    onlyBuildMetadata(options.connect, fail);
    whileChecking(() => made(options))
      .then(resolve, fail)
      .finally(() => {
        clearTimeout(timer);
      });
  });
}

async function made({ file, exportName }: CheckArguments): Promise<INestApplicationContext> {
  const root = await importRootModule(file, exportName);
  return NestFactory.create(root, httpAdapter(file), { logger: false, abortOnError: false });
}

function cannotBeMade({ connect }: CheckArguments): string {
  const hint = connect ? '' : ' Where it needs its database for that, check with --connect.';
  return `the application cannot be made. It needs the environment that it starts in, such as its variables.${hint}`;
}

function takesTooLong({ timeout }: CheckArguments): string {
  return `the application was not made within ${timeout / 1_000} seconds: a provider waits for something, such as a server that is not there. Give it what it waits for, or raise --timeout.`;
}
