import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  InjectModelRepository,
  ListResponseOf,
  ModelRepository,
  ResponseModel,
  TableViewRequest,
} from 'nestjs-sqlmodel-ext';
import { ShipmentCreate } from './shipment-create.js';
import { ShipmentResponse } from './shipment-response.js';
import { Shipment } from './shipment.js';
import { ShippingService } from './shipping.service.js';

@ApiTags('shipments')
@Controller('shipments')
export class ShipmentController {
  constructor(
    private readonly service: ShippingService,
    @InjectModelRepository(Shipment) private readonly shipments: ModelRepository<Shipment>,
  ) {}

  @Get()
  @ResponseModel(ListResponseOf(ShipmentResponse))
  list(@Query() view: TableViewRequest) {
    return this.shipments.getWithCount({}, { tableView: view });
  }

  /** 404 when nothing waits. */
  @Post('next')
  @ResponseModel(ShipmentResponse)
  shipNext(@Body() { worker }: ShipmentCreate) {
    return this.service.shipNext(worker);
  }
}
