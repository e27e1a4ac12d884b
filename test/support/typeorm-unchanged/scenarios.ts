import { entityManager } from './scenarios/entity-manager.js';
import { inheritedBuilderMethods } from './scenarios/inherited-builder-methods.js';
import { kindsOfEntities } from './scenarios/kinds-of-entities.js';
import { partialEntities } from './scenarios/partial-entities.js';
import { repositoryReads } from './scenarios/repository-reads.js';
import { repositoryWrites } from './scenarios/repository-writes.js';
import { selectQueryBuilder } from './scenarios/select-query-builder.js';
import { transactions } from './scenarios/transactions.js';
import { treeRepository } from './scenarios/tree-repository.js';
import { writingQueryBuilders } from './scenarios/writing-query-builders.js';
import type { Scenario, Scenarios } from './world.js';

const TOPICS: Readonly<Record<string, Scenarios>> = {
  'repository reads': repositoryReads,
  'repository writes': repositoryWrites,
  'partial entities': partialEntities,
  'tree repository': treeRepository,
  'entity manager': entityManager,
  'select query builder': selectQueryBuilder,
  'writing query builders': writingQueryBuilders,
  'inherited builder methods': inheritedBuilderMethods,
  'kinds of entities': kindsOfEntities,
  transactions,
};

/** Everything that the application does with TypeORM, in this order, by name. */
export const SCENARIOS: Scenarios = Object.fromEntries(
  Object.entries(TOPICS).flatMap(([topic, scenarios]) =>
    Object.entries(scenarios).map(([name, scenario]): [string, Scenario] => [`${topic}: ${name}`, scenario]),
  ),
);
