import { describe } from '@jest/globals';
import { checkCases } from '../../support/analysis/check-cases.js';
import * as arguments_ from '../../support/analysis/cases/arguments.js';
import * as classes from '../../support/analysis/cases/classes.js';
import * as collections from '../../support/analysis/cases/collections.js';
import * as controlFlow from '../../support/analysis/cases/control-flow.js';
import * as customRepositories from '../../support/analysis/cases/custom-repositories.js';
import * as importedFunctions from '../../support/analysis/cases/imported-functions.js';
import * as locals from '../../support/analysis/cases/locals.js';
import * as managers from '../../support/analysis/cases/managers.js';
import * as modelRepository from '../../support/analysis/cases/model-repository.js';
import * as queryBuilder from '../../support/analysis/cases/query-builder.js';
import * as services from '../../support/analysis/cases/services.js';
import * as syntax from '../../support/analysis/cases/syntax.js';
import * as typeormRepository from '../../support/analysis/cases/typeorm-repository.js';

describe('RLC003 unloaded-relation', () => {
  checkCases({
    'model-repository': modelRepository,
    'typeorm-repository': typeormRepository,
    'query-builder': queryBuilder,
    managers,
    locals,
    collections,
    'control-flow': controlFlow,
    services,
    syntax,
    classes,
    arguments: arguments_,
    'custom-repositories': customRepositories,
    'imported-functions': importedFunctions,
  });
});
