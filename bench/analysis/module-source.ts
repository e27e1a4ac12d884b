import { CONTROLLERS_PER_MODEL, featureName, modelName, MODELS } from './world.js';

/** The Nest module of a model: its controllers and services. */
export function moduleSource(model: number): string {
  const models = [modelName(model), modelName(model + 1), modelName(model - 1)];
  const features = Array.from({ length: CONTROLLERS_PER_MODEL }, (_, index) =>
    featureName(model * CONTROLLERS_PER_MODEL + index),
  );
  return `
import { Module } from '@nestjs/common';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
${models.map((name) => `import { ${name} } from './${name}.js';`).join('\n')}
${features.map((name) => `import { ${name}Controller } from './${name}.controller.js';\nimport { ${name}Service } from './${name}.service.js';`).join('\n')}

@Module({
  imports: [SqlModelExtModule.forFeature([${models.join(', ')}])],
  controllers: [${features.map((name) => `${name}Controller`).join(', ')}],
  providers: [${features.map((name) => `${name}Service`).join(', ')}],
})
export class ${modelName(model)}Module {}
`;
}

/** The root module. Its database is empty: what counts is what Nest does. */
export function rootSource(): string {
  const names = Array.from({ length: MODELS }, (_, model) => `${modelName(model)}Module`);
  return `
import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SqlModelExtModule } from 'nestjs-sqlmodel-ext';
${names.map((name, model) => `import { ${name} } from './${modelName(model)}.module.js';`).join('\n')}

@Module({
  imports: [
    TypeOrmModule.forRoot({ type: 'better-sqlite3', database: ':memory:', autoLoadEntities: true }),
    SqlModelExtModule.forRoot({ analysis: { mode: process.env.ANALYSIS_MODE === 'warn' ? 'warn' : 'off' } }),
    ${names.join(', ')},
  ],
})
export class AppModule {}
`;
}
