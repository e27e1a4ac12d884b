import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ModelParam, ResponseModel, RetryOnConflict, Transactional } from 'nestjs-sqlmodel-ext';
import { PaymentService } from '../payments/payment.service.js';
import { CancellationService } from './cancellation.service.js';
import { CheckoutService } from './checkout.service.js';
import { OrderCreate } from './order-create.js';
import { OrderResponse } from './order-response.js';
import { Order } from './order.js';

@ApiTags('orders')
@Controller('orders')
export class OrderController {
  constructor(
    private readonly checkout: CheckoutService,
    private readonly payments: PaymentService,
    private readonly cancellations: CancellationService,
  ) {}

  @Post()
  @ResponseModel(OrderResponse)
  create(@Body() order: OrderCreate) {
    return this.checkout.placeOrder(order);
  }

  @Get(':orderId')
  @ResponseModel(OrderResponse)
  read(@ModelParam(Order, 'orderId') order: Order) {
    return order;
  }

  /** The row is locked before the handler runs. Who waits longer than this reads 409 and may ask again. */
  @Post(':orderId/payment')
  @HttpCode(200)
  @Transactional()
  @ResponseModel(OrderResponse)
  pay(@ModelParam(Order, 'orderId', { lock: { timeout: 2_000 } }) order: Order) {
    return this.payments.pay(order);
  }

  /** Touches the order, the wallet and many products. For each attempt the parameter is read, and locked, again. */
  @Post(':orderId/cancellation')
  @HttpCode(200)
  @RetryOnConflict()
  @Transactional()
  @ResponseModel(OrderResponse)
  cancel(@ModelParam(Order, 'orderId', { lock: true, load: ['lines'] }) order: Order) {
    return this.cancellations.cancel(order);
  }
}
