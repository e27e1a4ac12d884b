import { CONTROLLERS, featureName, modelName, serviceBefore } from './world.js';

/** The Nest module of a controller and its service. */
export function moduleSource(place: number): string {
  const feature = featureName(place);
  const models = [modelName(place), modelName(place + 1), modelName(place - 1)];
  const before = serviceBefore(place);
  return `
import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
${models.map((name) => `import { ${name} } from './${name}.js';`).join('\n')}
import { ${feature}Controller } from './${feature}.controller.js';
import { ${feature}Service } from './${feature}.service.js';
${before === undefined ? '' : `import { ${before}Module } from './${before}.module.js';`}

@Module({
  imports: [SqlModelExtModule.forFeature([${models.join(', ')}])${before === undefined ? '' : `, ${before}Module`}],
  controllers: [${feature}Controller],
  providers: [${feature}Service],
  exports: [${feature}Service],
})
export class ${feature}Module {}
`;
}

/** The root module. Its database is empty, and nothing is synchronised: what counts is what Nest does. */
export function rootSource(): string {
  const features = Array.from({ length: CONTROLLERS }, (_, place) => featureName(place));
  return `
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
${features.map((name) => `import { ${name}Module } from './${name}.module.js';`).join('\n')}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true }),
    SqlModelExtModule.forRoot({ analysis: { mode: process.env.ANALYSIS_MODE === 'warn' ? 'warn' : 'off' } }),
    ${features.map((name) => `${name}Module`).join(', ')},
  ],
})
export class AppModule {}
`;
}
