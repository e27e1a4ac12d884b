import { UnprocessableEntityException } from '@nestjs/common';

/** 422, not 409: it is no use to try again. */
export class NotEnoughStockException extends UnprocessableEntityException {
  constructor(sku: string, stock: number) {
    super(`Only ${stock} of ${sku} left`);
  }
}
