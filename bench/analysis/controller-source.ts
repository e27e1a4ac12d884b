import { featureName, modelName } from './world.js';

/** A module with a controller of five handlers. */
export function controllerSource(place: number): string {
  const name = modelName(place);
  const feature = featureName(place);
  return `
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ModelParam, ResponseModel, TableViewRequest } from 'nestjs-sqlmodel-ext';
import { ${name}, ${name}Create, ${name}List, ${name}Response, ${name}Summary, ${name}Update } from './${name}.js';
import { ${feature}Service } from './${feature}.service.js';

@Controller('${feature.toLowerCase()}')
export class ${feature}Controller {
  constructor(private readonly service: ${feature}Service) {}

  @Get()
  @ResponseModel(${name}List)
  list(@Query() view: TableViewRequest, @Query('status') status?: string) {
    return this.service.list(status, view);
  }

  @Get(':id')
  summary(@Param('id') id: string) {
    return this.service.summary(id);
  }

  @Post()
  @ResponseModel(${name}Response)
  create(@Body() row: ${name}Create) {
    return this.service.create(row);
  }

  @Patch(':id/owner/:ownerId')
  @ResponseModel(${name}Response)
  move(
    @ModelParam(${name}, 'id', { load: ['owner'] }) row: ${name},
    @Param('ownerId') ownerId: string,
    @Body() patch: ${name}Update,
  ) {
    return this.service.move(row, patch, ownerId);
  }

  @Post(':id/end')
  @HttpCode(200)
  @ResponseModel(${name}Summary)
  async close(@ModelParam(${name}, 'id') row: ${name}) {
    const closed = await this.service.close(row);
    return closed;
  }
}
`;
}
